output "dead_letter_queue" {
  description = "Name of the queue of ticks that did not reach the bus."
  value       = aws_sqs_queue.dead.name
}
