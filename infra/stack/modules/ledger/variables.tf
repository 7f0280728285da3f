variable "name" {
  description = "The ledger's table; those of sinks are called after it."
  type        = string
}

variable "force_destroy" {
  description = "Whether tables may be deleted with all that is in them."
  type        = bool
}

variable "sinks" {
  description = "Tables that accepted rows are loaded into: their keys and indexes."
  type = map(object({
    partition_key = string
    sort_key      = optional(string)
    indexes       = optional(map(list(string)), {})
  }))
}
