variable "region" {
  description = "Where the bucket is."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like eu-central-1."
  }
}

variable "project" {
  description = "Name of the project, as in headgate.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.project)) && length(var.project) <= 40
    error_message = "Lower-case letters, digits and hyphens, a letter first, 40 characters at most."
  }
}

variable "kms_key_arn" {
  description = "A key of KMS for the state, which may hold names of parameters; without it, S3's own key."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "The ARN of a key of KMS."
  }
}

variable "old_versions_days" {
  description = "Days that earlier versions of a state are kept, to go back to."
  type        = number
  default     = 365

  validation {
    condition     = var.old_versions_days >= 1
    error_message = "At least a day."
  }
}
