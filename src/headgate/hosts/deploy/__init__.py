"""Putting a project on AWS: the functions' packages, the variables of the infrastructure, and Terraform."""
