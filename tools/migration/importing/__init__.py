"""Imports a contract into API Gateway, for teams without Terraform."""
