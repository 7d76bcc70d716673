"""Compares an account that serves traffic with the contract, and writes what Terraform takes over."""
