variable "name" {
  description = "The ledger's table; those of sinks are called after it."
  type        = string
}

variable "sinks" {
  description = "Tables that accepted rows are loaded into: their keys and indexes."
  type = map(object({
    partition_key = string
    sort_key      = optional(string)
    indexes       = optional(map(list(string)), {})
  }))
}
