variable "prefix" {
  description = "What names begin with."
  type        = string
}

variable "bus_arn" {
  description = "The bus that ticks go to."
  type        = string
}

variable "here" {
  description = "Where this stands."
  type        = object({ partition = string, region = string, account = string })
}

variable "daily_report" {
  description = "When a day ends."
  type        = object({ cron = string, zone = string })
}

variable "clock" {
  description = "Minutes between two ticks."
  type        = object({ minutes = number })
}

variable "sources" {
  description = "Pipeline → when it asks its API."
  type        = map(object({ cron = string, zone = string }))
}
