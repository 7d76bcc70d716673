"""The function behind the internal API Gateway: reads push records from DynamoDB."""
