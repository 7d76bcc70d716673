"""The laboratory: measurements and fault injection, never deployed.

Shared by both folders:

- `connection`: one HTTP/1.1 connection that sends each request once and reports how it ended
- `load`: the load generator, open and closed loop
- `processes`: the process manager: start, wait until healthy, CPU, memory, stop
- `stub`: the constant upstream: internal gateway, service, DynamoDB
- `chain`: the hops of the product as processes; `gateways` is the program of one gateway
- `publish`: results as JSON, and as tables between the marks of a page in `docs/`

`bench` compares the product with its peers (`make bench`, docs/performance.md). `faults` breaks, overloads and attacks
it (`make faults`, docs/reliability.md).
"""
