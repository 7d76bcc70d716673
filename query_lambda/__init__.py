"""The function behind the public API Gateway: hands each request on to the service, and the answer back."""
