"""AWS: queues, a bus, one table, mail; boto3 is imported here and in the AWS host only."""
