variable "prefix" {
  description = "What names begin with."
  type        = string
}

variable "stage" {
  description = "Name of the stage."
  type        = string
}

variable "events" {
  description = "Types of the events that it takes from the bus."
  type        = list(string)
}

variable "is_idle" {
  description = "Whether it has nothing to do: its queue is not polled."
  type        = bool
  default     = false
}

variable "bus" {
  description = "Name of the bus."
  type        = string
}

variable "here" {
  description = "Where this stands."
  type        = object({ partition = string, region = string, account = string })
}

variable "package" {
  description = "Where the code lies."
  type        = object({ bucket = string, key = string, version = string, sha256 = string })
}

variable "architecture" {
  description = "Processor of the function."
  type        = string
}

variable "uses" {
  description = "memory and disk in MB, timeout in seconds, messages in a batch, most calls at once, days that logs are kept."
  type        = object({ memory = number, timeout = number, disk = number, batch = number, concurrency = number, log_days = number })
}

variable "visibility" {
  description = "Seconds for which a message that was taken is hidden from others."
  type        = number
}

variable "max_receives" {
  description = "How often the queue gives a message before it moves it aside."
  type        = number
}

variable "attempts" {
  description = "How often the stage tries an event before it is dead; fewer than max_receives."
  type        = number
}

variable "environment" {
  description = "What the function is told."
  type        = map(string)
}

variable "policy" {
  description = "What the function may do, as JSON."
  type        = string
}

variable "vpc" {
  description = "The private network that the function runs in; null for none."
  type        = object({ subnet_ids = list(string), security_group_ids = list(string) })
}

variable "inbox" {
  description = "Where files arrive, for the stage that takes them; null for the others."
  type        = object({ bucket = string, prefix = string })
}

variable "from_stream" {
  description = "Whether changes of the table start it."
  type        = bool
}

variable "stream_arn" {
  description = "The changes of the table."
  type        = string
}

variable "more_sources" {
  description = "ARNs of other queues that move what nobody takes into this stage's dead-letter queue."
  type        = list(string)
}
