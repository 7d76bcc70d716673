"""The features of API Gateway that the local gateway leaves out."""

NOT_IMITATED = (
    "throttling, quotas and usage plans: every enabled key is in the plan of the stage",
    "identity policies: an IAM caller needs an Allow of the resource policy, or an API without one",
    "signatures in the query string, and signed `User-Agent` or `X-Amzn-Trace-Id` headers",
    "VPC endpoint policies, custom domains, and the ways to name an API in a header",
    "authorizers (Lambda, Cognito), WAF, mutual TLS",
    "stage variables, canary stages, caching, test-invoke",
    "integrations other than a mock and a proxy to a Lambda function: HTTP, AWS services, streaming, aliases",
    "path variables, `{proxy+}`, required query parameters, binary media types",
    "`X-HTTP-Method-Override`, `multiValueHeaders` in a function's result, reserved concurrency",
    "mocks with more than one constant status and constant headers, and mocks behind a signature or a policy",
    "mapping templates (VTL), compression, access and execution logs, metrics",
    "`ANY` methods, alternatives in `security`, the `security` of the document, parameters of a path item",
    "the case of header names: functions get them as from an HTTP/2 client, validators disregard it",
    "the text of `$context.error.validationErrorString`, and the canonical request in a signature's error",
    "the status for headers that are too large, which AWS does not document (431 here)",
    "bytes that are not HTTP, and unknown HTTP methods: the HTTP server answers in plain text",
    "edge-optimized endpoints with their `CloudFront-*`, `Via` and `X-Amz-Cf-*` headers",
    "the delay with which keys, policies and deployments take effect",
)
