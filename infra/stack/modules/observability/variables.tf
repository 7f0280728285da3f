variable "prefix" {
  description = "What names begin with."
  type        = string
}

variable "region" {
  description = "Where this stands."
  type        = string
}

variable "topic_arn" {
  description = "The topic that alarms go to."
  type        = string
}

variable "log_groups" {
  description = "Stage → the log group of its function."
  type        = map(string)
}

variable "buckets" {
  description = "The buckets of files."
  type        = list(string)
}

variable "dead_ticks" {
  description = "The queue of ticks that did not reach the bus."
  type        = string
}

variable "reject_percent" {
  description = "Rejected rows of a hundred, on average over the files of an hour, from which on an alarm is raised."
  type        = number
}

variable "oldest_seconds" {
  description = "How long a message may wait before an alarm is raised."
  type        = number
}

variable "large_seconds" {
  description = "How long a file may wait in the queue of those that no function takes; null where there is no such queue."
  type        = number
}

variable "saved_queries" {
  description = "Whether queries over the logs are saved."
  type        = bool
}
