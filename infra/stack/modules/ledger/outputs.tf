output "stream_arn" {
  description = "Changes of the ledger's table."
  value       = aws_dynamodb_table.ledger.stream_arn
}

output "tables" {
  description = "ledger, and each sink → the name of its table."
  value       = merge({ ledger = aws_dynamodb_table.ledger.name }, { for sink, table in aws_dynamodb_table.sink : sink => table.name })
}
