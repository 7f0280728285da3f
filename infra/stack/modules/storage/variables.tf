variable "buckets" {
  description = "Bucket → the zones in it, each with its prefix."
  type        = map(map(string))
}

variable "telling" {
  description = "The bucket that tells the bus of new objects."
  type        = string
}

variable "artifacts" {
  description = "The bucket of the functions' packages."
  type        = string
}

variable "packages" {
  description = "Group of functions → its zip."
  type        = map(object({ path = string, sha256 = string }))
}

variable "partition" {
  description = "The part of AWS: aws, aws-cn, aws-us-gov."
  type        = string
}

variable "retention" {
  description = "Zone → days after which what lies in it expires, 0 for never."
  type        = map(number)
}

variable "pipelines" {
  description = "Every pipeline → zone → its own days there; null where they are the zone's."
  type        = map(map(number))
}

variable "tiering" {
  description = "Days until objects go to Intelligent-Tiering, 0 for never."
  type        = number
}

variable "noncurrent" {
  description = "Days that an old version is kept, 0 for ever."
  type        = number
}

variable "encryption" {
  description = "s3 or kms."
  type        = string
}

variable "kms_key_arn" {
  description = "The key for kms; null for the account's own."
  type        = string
}

variable "force_destroy" {
  description = "Whether files may be deleted with their bucket."
  type        = bool
}
