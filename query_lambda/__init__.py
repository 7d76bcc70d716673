"""The function behind the public API Gateway: forwards each request to the service and returns its response."""
