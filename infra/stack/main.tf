# A file lands in the inbox → ingest → the bus → every other stage. One round of for_each over flow.json makes the stages.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  prefix    = "${var.project}-${var.environment}"
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  here      = "${var.region}:${local.account}"

  zones   = merge(var.zones, { inbox = trimsuffix(var.inbox_prefix, "/"), ledger = "ledger", own = ".headgate" })
  split   = var.bucket_layout == "split"
  results = ["accepted", "rejected", "manifests", "analysis", "reports", "ledger"]
  raw     = "${local.prefix}${local.split ? "-raw" : ""}-${local.account}"

  # Zone → the bucket that it is in.
  bucket_of = { for zone, _ in local.zones : zone =>
    local.split && contains(local.results, zone) ? "${local.prefix}-results-${local.account}" : local.raw
  }
  buckets = { for bucket in distinct(values(local.bucket_of)) : bucket => {
    for zone, name in local.zones : zone => name if local.bucket_of[zone] == bucket
  } }

  # Names of others' things are put together here, so that a role waits for nothing but itself.
  arns = {
    table = "arn:${local.partition}:dynamodb:${local.here}:table/${local.prefix}"
    bus   = "arn:${local.partition}:events:${local.here}:event-bus/${local.prefix}"
    topic = "arn:${local.partition}:sns:${local.here}:${local.prefix}-alarms"
    queue = "arn:${local.partition}:sqs:${local.here}:${local.prefix}"
  }

  # What every function is told, and a laptop by `headgate deploy apply`.
  target = {
    HEADGATE_PREFIX          = local.prefix
    HEADGATE_REGION          = var.region
    HEADGATE_STORAGE         = "s3://${local.bucket_of.inbox}"
    HEADGATE_RESULTS_STORAGE = local.split ? "s3://${local.bucket_of.accepted}" : ""
    HEADGATE_TABLE           = local.prefix
    HEADGATE_BUS             = local.prefix
    HEADGATE_LARGEST_FILE    = tostring(var.largest_file)
    HEADGATE_LARGE_QUEUE     = tostring(var.large_queue)
    HEADGATE_MAX_RECEIVES    = tostring(var.retry_attempts)
    HEADGATE_ANALYSIS_DAYS   = tostring(var.analysis_days)
    HEADGATE_IDLE_STAGES     = join(",", sort(var.idle_stages))
  }
}

resource "aws_cloudwatch_event_bus" "bus" {
  name        = local.prefix
  description = "Events of ${local.prefix}; subscribe to a type by its detail-type."
}

module "storage" {
  source = "./modules/storage"

  buckets       = local.buckets
  artifacts     = "${local.prefix}-artifacts-${local.account}"
  packages      = var.packages
  partition     = local.partition
  retention     = var.retention
  pipelines     = var.pipeline_retention
  tiering       = var.tiering_days
  noncurrent    = var.noncurrent_days
  encryption    = var.encryption
  kms_key_arn   = var.kms_key_arn
  force_destroy = var.force_destroy
  telling       = local.bucket_of.inbox
}

module "ledger" {
  source = "./modules/ledger"

  name          = local.prefix
  sinks         = var.table_sinks
  force_destroy = var.force_destroy
}

module "stage" {
  source   = "./modules/stage"
  for_each = local.flow

  prefix       = local.prefix
  stage        = each.key
  events       = each.key == "notify" && var.notify_trigger == "stream" || contains(var.idle_stages, each.key) ? [] : each.value.events
  is_idle      = contains(var.idle_stages, each.key)
  bus          = aws_cloudwatch_event_bus.bus.name
  here         = { partition = local.partition, region = var.region, account = local.account }
  package      = module.storage.packages[each.value.group]
  architecture = var.architecture
  uses         = local.uses[each.key]
  visibility   = local.visibility[each.key]
  max_receives = local.receives
  attempts     = var.retry_attempts
  environment  = local.environment[each.key]
  policy       = local.policies[each.key]
  vpc          = var.vpc
  inbox        = each.key == "ingest" ? { bucket = local.bucket_of.inbox, prefix = var.inbox_prefix } : null
  from_stream  = each.key == "notify" && var.notify_trigger == "stream"
  stream_arn   = module.ledger.stream_arn
  more_sources = each.key == "ingest" && var.large_queue ? ["${local.arns.queue}-large"] : []
}

locals {
  environment = { for stage, _ in local.flow : stage => merge(
    { for name, value in local.target : name => value if value != "" },
    { HEADGATE_LEASE_SECONDS = tostring(local.leases[stage]) },
    stage == "alert" ? { HEADGATE_ALERT_TOPIC = local.arns.topic } : {},
    contains(local.secretive, stage) && length(var.secrets) > 0 ? { HEADGATE_SECRETS = jsonencode(var.secrets) } : {},
  ) }
}

# Files that no function takes wait here for `headgate worker`. What nobody manages to take is dead, as for ingest.
resource "aws_sqs_queue" "large" {
  count = var.large_queue ? 1 : 0

  name                       = "${local.prefix}-large"
  visibility_timeout_seconds = local.visibility["ingest"]
  message_retention_seconds  = 1209600
  sqs_managed_sse_enabled    = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = module.stage["ingest"].dead_letter_queue_arn
    maxReceiveCount     = local.receives
  })

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = "arn:${local.partition}:sqs:${var.region}:${local.account}:${local.prefix}-large"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

module "schedule" {
  source = "./modules/schedule"

  prefix       = local.prefix
  bus_arn      = aws_cloudwatch_event_bus.bus.arn
  here         = { partition = local.partition, region = var.region, account = local.account }
  daily_report = var.daily_report
  clock        = var.clock
  sources      = var.sources
}

module "mail" {
  source = "./modules/mail"

  prefix          = local.prefix
  here            = { partition = local.partition, region = var.region, account = local.account }
  sender_identity = var.create_sender ? local.sender_identity : null
  recipients      = var.recipients
}

module "observability" {
  source = "./modules/observability"

  prefix         = local.prefix
  region         = var.region
  topic_arn      = module.mail.topic_arn
  log_groups     = { for stage, of in module.stage : stage => of.log_group if !contains(var.idle_stages, stage) }
  buckets        = keys(local.buckets)
  dead_ticks     = module.schedule.dead_letter_queue
  reject_percent = var.reject_percent_alarm
  oldest_seconds = 60 * var.oldest_minutes_alarm
  large_seconds  = var.large_queue ? 3600 * var.large_queue_hours : null
  saved_queries  = var.saved_queries
}
