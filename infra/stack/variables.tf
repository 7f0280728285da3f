# What `headgate deploy` writes into headgate.auto.tfvars.json.

variable "region" {
  description = "Region of AWS in which everything stands."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like eu-central-1."
  }
}

variable "project" {
  description = "Name of the project; the names of all things begin with it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.project))
    error_message = "Lower-case letters, digits and hyphens, a letter first."
  }
}

variable "environment" {
  description = "Which of several deployments this is; they may share an account."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.environment))
    error_message = "Lower-case letters, digits and hyphens, a letter first."
  }
  validation {
    condition     = length("${var.project}-${var.environment}") <= 32
    error_message = "Project and environment, with the hyphen between, have 32 characters at most."
  }
}

variable "architecture" {
  description = "Processor of the functions; the packages must be built for it."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "arm64 or x86_64."
  }
}

variable "packages" {
  description = "Group of functions (gate, insight, mail) to its zip: path, and its SHA-256 in base64."
  type        = map(object({ path = string, sha256 = string }))

  validation {
    condition     = alltrue([for group in ["gate", "insight", "mail"] : contains(keys(var.packages), group)])
    error_message = "A package for each of gate, insight and mail: headgate deploy build."
  }
}

variable "bucket_layout" {
  description = "One bucket for everything (one), or a second one for results and manifests (split)."
  type        = string
  default     = "one"

  validation {
    condition     = contains(["one", "split"], var.bucket_layout)
    error_message = "one or split."
  }
}

variable "inbox_prefix" {
  description = "Prefix under which files arrive, with a slash at its end."
  type        = string
  default     = "inbox/"

  validation {
    condition     = can(regex("^[^/*?$]([^*?$]*[^/*?$])?/$", var.inbox_prefix))
    error_message = "A prefix such as inbox/, without a wildcard."
  }
}

variable "zones" {
  description = "Prefixes of the other zones, without the slash, where headgate.yaml has other names for them."
  type = object({
    accepted  = optional(string, "accepted")
    rejected  = optional(string, "rejected")
    archive   = optional(string, "archive")
    failed    = optional(string, "failed")
    unmatched = optional(string, "unmatched")
    manifests = optional(string, "manifests")
    analysis  = optional(string, "analysis")
    reports   = optional(string, "reports")
  })
  default = {}

  validation {
    condition     = alltrue([for prefix in values(var.zones) : can(regex("^[^/*?$]+(/[^/*?$]+)*$", prefix))])
    error_message = "Prefixes have no slash at their ends, and no wildcard."
  }
}

variable "retention" {
  description = "Days after which what lies in a zone expires, 0 for never; the inbox and manifests never lose anything."
  type = object({
    accepted  = optional(number, 365)
    rejected  = optional(number, 365)
    archive   = optional(number, 365)
    failed    = optional(number, 365)
    unmatched = optional(number, 365)
    analysis  = optional(number, 365)
    reports   = optional(number, 365)
  })
  default = {}

  validation {
    condition     = alltrue([for days in values(var.retention) : days >= 0 && floor(days) == days])
    error_message = "Whole days, 0 for never."
  }
}

variable "pipeline_retention" {
  description = "Every pipeline by its name, with the days, 0 for never, of the zones in which it keeps its own part longer or shorter than the others do."
  type = map(object({
    accepted = optional(number)
    rejected = optional(number)
    archive  = optional(number)
    failed   = optional(number)
    analysis = optional(number)
    reports  = optional(number)
  }))
  default = {}

  validation {
    condition     = alltrue(flatten([for of in var.pipeline_retention : [for days in values(of) : days == null ? true : days >= 0 && floor(days) == days]]))
    error_message = "Whole days, 0 for never."
  }
}

variable "tiering_days" {
  description = "Days until objects go to Intelligent-Tiering, if they stay longer than that; 0 for never."
  type        = number
  default     = 30

  validation {
    condition     = var.tiering_days >= 0 && floor(var.tiering_days) == var.tiering_days
    error_message = "Whole days, 0 for never."
  }
}

variable "noncurrent_days" {
  description = "Days that what expired, was deleted or was overwritten can still be had, as an old version; 0 for ever."
  type        = number
  default     = 30

  validation {
    condition     = var.noncurrent_days >= 0 && floor(var.noncurrent_days) == var.noncurrent_days
    error_message = "Whole days, 0 for ever."
  }
}

variable "encryption" {
  description = "How S3 encrypts files: with its own key (s3), or with one of KMS (kms)."
  type        = string
  default     = "s3"

  validation {
    condition     = contains(["s3", "kms"], var.encryption)
    error_message = "s3 or kms."
  }
}

variable "kms_key_arn" {
  description = "The key for encryption = kms; without it, the account's own key for S3 is used."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "The ARN of a key of KMS."
  }
  validation {
    condition     = var.kms_key_arn == null || var.encryption == "kms"
    error_message = "A key is used with encryption = kms only."
  }
}

variable "force_destroy" {
  description = "Whether destroying the stack may delete the files in its buckets and its tables; applied before, since AWS itself protects the tables."
  type        = bool
  default     = false
}

variable "table_sinks" {
  description = "Tables that accepted rows are loaded into: keys and indexes (partition key, then sort key). All keys are text."
  type = map(object({
    partition_key = string
    sort_key      = optional(string)
    indexes       = optional(map(list(string)), {})
  }))
  default = {}

  validation {
    condition     = alltrue([for name in keys(var.table_sinks) : can(regex("^[a-z][a-z0-9_]*$", name))])
    error_message = "Names of tables are lower-case letters, digits and _, a letter first."
  }
  validation {
    condition     = alltrue(flatten([for sink in var.table_sinks : [for columns in sink.indexes : contains([1, 2], length(columns))]]))
    error_message = "An index has one column or two."
  }
}

variable "daily_report" {
  description = "When a day ends: a cron expression of EventBridge Scheduler, and its zone."
  type        = object({ cron = optional(string, "cron(0 0 * * ? *)"), zone = optional(string, "UTC") })
  default     = {}

  validation {
    condition     = can(regex("^cron\\(([^ )]+ ){5}[^ )]+\\)$", var.daily_report.cron))
    error_message = "Six fields, written like cron(0 0 * * ? *)."
  }
  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$", var.daily_report.zone))
    error_message = "A time zone is called like Europe/Berlin or UTC."
  }
}

variable "clock" {
  description = "Minutes between two looks at missing files and at alerts that wait."
  type        = object({ minutes = optional(number, 5) })
  default     = {}

  validation {
    condition     = var.clock.minutes >= 1 && var.clock.minutes <= 60 && floor(var.clock.minutes) == var.clock.minutes
    error_message = "1 to 60 minutes."
  }
}

variable "sources" {
  description = "Pipelines that ask an API: when, as a cron expression with its zone."
  type        = map(object({ cron = string, zone = optional(string, "UTC") }))
  default     = {}

  validation {
    condition     = alltrue([for source in var.sources : can(regex("^cron\\(([^ )]+ ){5}[^ )]+\\)$", source.cron)) && can(regex("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$", source.zone))])
    error_message = "Six fields, written like cron(0 6 ? * MON-FRI *), and a zone called like Europe/Berlin or UTC."
  }
  validation {
    condition     = alltrue([for name in keys(var.sources) : can(regex("^[A-Za-z0-9_.-]{1,56}$", name))])
    error_message = "Names of pipelines are letters, digits and _ . -"
  }
}

variable "sender" {
  description = "Address that mails come from; its identity must be verified in SES. Null: nothing is mailed by SES."
  type        = string
  default     = null

  validation {
    condition     = var.sender == null || can(regex("^[^@\\s<>*?$]+@[^@\\s<>*?$]+$", var.sender))
    error_message = "An address like reports@example.com, without a name and without a wildcard."
  }
}

variable "sender_identity" {
  description = "The identity in SES that the sender stands under, when it is not the address itself: its domain."
  type        = string
  default     = null

  validation {
    condition     = var.sender_identity == null ? true : can(regex("^([^\\s@*?$/]+@)?([A-Za-z0-9-]+\\.)+[A-Za-z]{2,}$", var.sender_identity))
    error_message = "An identity is an address or a domain, and no wildcard."
  }
}

variable "create_sender" {
  description = "Whether the identity is made here, and taken down with the stack. SES has each only once in a region of an account: of environments that share a sender, one at most can make it."
  type        = bool
  default     = false
}

variable "readers" {
  description = "Addresses that reports and alerts are mailed to. Where SES has one of them, or its domain, as a verified identity, as it must while the account is in the sandbox, it asks for the right to that, too."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.readers : can(regex("^[^@\\s<>*?]+@[^@\\s<>*?]+$", address))])
    error_message = "Addresses like team@example.com."
  }
}

variable "recipients" {
  description = "Addresses that alarms are mailed to; each must confirm once."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.recipients : can(regex("^[^@\\s<>]+@[^@\\s<>]+$", address))])
    error_message = "Addresses like ops@example.com."
  }
}

variable "models" {
  description = "Models of Bedrock that write narratives, by id, or by the id of an inference profile such as eu.amazon.nova-lite-v1:0."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for model in var.models : can(regex("^[a-z0-9-]+(\\.[A-Za-z0-9-]+)+[A-Za-z0-9.:-]*$", model))])
    error_message = "Ids like amazon.nova-lite-v1:0; no wildcards."
  }
}

variable "secrets" {
  description = "Name of an environment variable to the parameter of Systems Manager that holds the secret."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for parameter in values(var.secrets) : can(regex("^/[A-Za-z0-9_./-]+$", parameter))])
    error_message = "Names of parameters like /headgate/key; no wildcards, never the secret itself."
  }
}

variable "secrets_kms_key_arn" {
  description = "The key of KMS by which the parameters of secrets are encrypted, where it is one of your own; else Systems Manager's."
  type        = string
  default     = null

  validation {
    condition     = var.secrets_kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.secrets_kms_key_arn))
    error_message = "The ARN of a key of KMS."
  }
}

variable "retry_attempts" {
  description = "How often a stage tries an event before it is dead. The queue itself gives a message retry_attempts + 5 times in all, for what no function could begin or end: 8 times by default, visibility_factor times the timeout apart."
  type        = number
  default     = 3

  validation {
    condition     = var.retry_attempts >= 1 && var.retry_attempts <= 100 && floor(var.retry_attempts) == var.retry_attempts
    error_message = "1 to 100 attempts."
  }
}

variable "analysis_days" {
  description = "Days after which the table forgets an analysis; its document in S3 stays."
  type        = number
  default     = 7

  validation {
    condition     = var.analysis_days >= 1 && floor(var.analysis_days) == var.analysis_days
    error_message = "Whole days, at least one."
  }
}

variable "notify_trigger" {
  description = "What starts the report of a run: the event (bus), or the write of its analysis into the table (stream)."
  type        = string
  default     = "bus"

  validation {
    condition     = contains(["bus", "stream"], var.notify_trigger)
    error_message = "bus or stream."
  }
}

variable "largest_file" {
  description = "Bytes of the largest file that a function takes."
  type        = number
  default     = 268435456

  validation {
    condition     = var.largest_file >= 1 && floor(var.largest_file) == var.largest_file
    error_message = "A whole number of bytes."
  }
}

variable "large_queue" {
  description = "Whether larger files wait in a queue of their own for `headgate worker`; else they are failed files."
  type        = bool
  default     = false
}

variable "large_queue_hours" {
  description = "Hours after which a file that waits there for nobody raises an alarm."
  type        = number
  default     = 4

  validation {
    condition     = var.large_queue_hours > 0 && var.large_queue_hours <= 336
    error_message = "Up to 336 hours."
  }
}

variable "vpc" {
  description = "The private network that the functions run in; null for none."
  type        = object({ subnet_ids = list(string), security_group_ids = list(string) })
  default     = null

  validation {
    condition     = var.vpc == null ? true : length(var.vpc.subnet_ids) > 0 && length(var.vpc.security_group_ids) > 0 && alltrue([for id in var.vpc.subnet_ids : can(regex("^subnet-[0-9a-z]+$", id))]) && alltrue([for id in var.vpc.security_group_ids : can(regex("^sg-[0-9a-z]+$", id))])
    error_message = "Subnets such as subnet-0a1b2c, and security groups such as sg-0a1b2c; of each at least one."
  }
}

variable "stages" {
  description = "What functions may use, by stage, where it is not as in stages.tf."
  type = map(object({
    memory      = optional(number)
    timeout     = optional(number)
    disk        = optional(number)
    batch       = optional(number)
    concurrency = optional(number)
    log_days    = optional(number)
  }))
  default = {}

  validation {
    condition     = alltrue([for stage in keys(var.stages) : contains(["ingest", "load", "analyze", "notify", "alert", "watch", "fetch", "summarize"], stage)])
    error_message = "Stages are ingest, load, analyze, notify, alert, watch, fetch and summarize."
  }
  validation {
    condition     = alltrue([for stage in var.stages : coalesce(stage.timeout, 60) >= 1 && coalesce(stage.timeout, 60) <= 900])
    error_message = "A function may take 1 to 900 seconds."
  }
  validation {
    condition     = alltrue([for stage in var.stages : coalesce(stage.memory, 128) >= 128 && coalesce(stage.memory, 128) <= 10240])
    error_message = "A function may have 128 to 10240 MB."
  }
  validation {
    condition     = alltrue([for stage in var.stages : coalesce(stage.concurrency, 2) >= 2 && coalesce(stage.concurrency, 2) <= 1000])
    error_message = "AWS takes 2 to 1000 as maximum concurrency."
  }
  validation {
    condition     = alltrue([for stage in var.stages : coalesce(stage.disk, 512) >= 512 && coalesce(stage.disk, 512) <= 10240])
    error_message = "A function may have 512 to 10240 MB of disk."
  }
  validation {
    condition     = alltrue([for stage in var.stages : contains(range(1, 11), coalesce(stage.batch, 1))])
    error_message = "A function gets 1 to 10 messages at once."
  }
  validation {
    condition     = alltrue([for stage in var.stages : contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], stage.log_days == null ? 7 : stage.log_days)])
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days; 0 is for ever."
  }
}

variable "longest_timeout" {
  description = "Seconds that any function may take at most, whatever `stages` says: for rehearsals, in which one waits for the end of what was killed."
  type        = number
  default     = 900

  validation {
    condition     = var.longest_timeout >= 1 && var.longest_timeout <= 900 && floor(var.longest_timeout) == var.longest_timeout
    error_message = "1 to 900 whole seconds."
  }
}

variable "idle_stages" {
  description = "Stages that no pipeline needs, load without sinks and fetch without sources: they stand, but nothing is laid before them, polled or alarmed about, which is what would cost."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for stage in var.idle_stages : contains(["load", "fetch"], stage)])
    error_message = "Only load and fetch can be idle; all other stages take part in every project."
  }
  validation {
    condition     = !(contains(var.idle_stages, "load") && length(var.table_sinks) > 0 || contains(var.idle_stages, "fetch") && length(var.sources) > 0)
    error_message = "load is needed where there are table_sinks, and fetch where there are sources."
  }
}

variable "visibility_factor" {
  description = "How many times its timeout a message that a function took is hidden from others; AWS advises 6."
  type        = number
  default     = 6

  validation {
    condition     = var.visibility_factor >= 1 && var.visibility_factor <= 40
    error_message = "1 to 40: a message must not come again while a function is at it."
  }
}

variable "lease_seconds" {
  description = "How long what a vanished function had claimed stays its own; else a minute longer than the function may take."
  type        = number
  default     = null

  validation {
    condition     = var.lease_seconds == null ? true : var.lease_seconds > 0
    error_message = "A number of seconds."
  }
  validation {
    condition     = var.lease_seconds == null || var.short_leases ? true : var.lease_seconds > max([for of in local.uses : of.timeout]...)
    error_message = "A claim must outlast every function: more seconds than the longest timeout of a stage."
  }
}

variable "short_leases" {
  description = "Whether claims may end before a function's timeout does, so that two could do the same work: for rehearsals, which wait for their end."
  type        = bool
  default     = false
}

variable "reject_percent_alarm" {
  description = "Rejected rows of a hundred, on average over the files of an hour, from which on an alarm is raised."
  type        = number
  default     = 20

  validation {
    condition     = var.reject_percent_alarm > 0 && var.reject_percent_alarm <= 100
    error_message = "Above 0, up to 100."
  }
}

variable "oldest_minutes_alarm" {
  description = "Minutes that a message may wait for its function before an alarm is raised."
  type        = number
  default     = 60

  validation {
    condition     = var.oldest_minutes_alarm >= 1
    error_message = "At least a minute."
  }
}

variable "saved_queries" {
  description = "Whether queries over the logs are saved in CloudWatch Logs Insights."
  type        = bool
  default     = true
}
