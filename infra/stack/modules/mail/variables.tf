variable "prefix" {
  description = "What names begin with."
  type        = string
}

variable "here" {
  description = "Where this stands."
  type        = object({ partition = string, region = string, account = string })
}

variable "sender_identity" {
  description = "The identity to make in SES: an address or a domain; null for none."
  type        = string
}

variable "recipients" {
  description = "Addresses that alarms are mailed to."
  type        = list(string)
}
