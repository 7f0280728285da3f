# What each stage may do: one role for each, by what its code asks for. The table first, how it becomes policies below.

locals {
  # read, write, delete: zones of the buckets. copies: objects, which take their tags along. sinks: the tables that rows are loaded into.
  # own is .headgate/, which holds what fetches and pages keep; ledger holds what is too large for an item of the table.
  may = {
    ingest = {
      read   = ["inbox", "archive", "failed", "unmatched", "accepted", "rejected", "manifests", "ledger"]
      write  = ["archive", "failed", "unmatched", "accepted", "rejected", "manifests", "ledger"]
      delete = ["inbox", "archive", "failed", "unmatched"]
      copies = true
      # Two files may come under one key before the first is taken: each is read, and taken away, by its version.
      versions = ["inbox"]
    }
    load      = { read = ["manifests", "accepted", "ledger"], write = ["ledger"], sinks = true }
    analyze   = { read = ["manifests", "accepted", "rejected", "analysis", "ledger"], write = ["analysis", "ledger"], secrets = true, models = true }
    notify    = { read = ["manifests", "analysis", "own", "ledger"], write = ["reports", "own", "ledger"], secrets = true, mail = true }
    alert     = { read = ["ledger"], write = ["ledger"], secrets = true, mail = true, topic = true }
    watch     = { read = ["ledger"], write = ["ledger"] }
    fetch     = { read = ["inbox", "own", "ledger"], write = ["inbox", "own", "ledger"], delete = ["inbox", "own"], copies = true, secrets = true }
    summarize = { read = ["manifests", "own", "ledger"], write = ["reports", "own", "ledger"], secrets = true, mail = true }
  }

  secretive = [for stage, may in local.may : stage if try(may.secrets, false)]

  policies = { for stage, may in local.may : stage => jsonencode({
    Version   = "2012-10-17"
    Statement = [for one in local.statements[stage] : { for key, value in one : key => value if value != null }]
  }) }

  statements = { for stage, may in local.may : stage => concat(
    [
      {
        Sid      = "Logs", Effect = "Allow", Condition = null
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:${local.partition}:logs:${local.here}:log-group:/aws/lambda/${local.prefix}-${stage}:log-stream:*"]
      },
      {
        Sid      = "TakeMessages", Effect = "Allow", Condition = null
        Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        Resource = ["${local.arns.queue}-${stage}"]
      },
      {
        # Its own, to postpone; its dead letters; for ingest, the queue of files that are too large.
        Sid      = "SendMessages", Effect = "Allow", Condition = null
        Action   = ["sqs:GetQueueUrl", "sqs:SendMessage"]
        Resource = [for name in concat([stage, "${stage}-dead"], stage == "ingest" && var.large_queue ? ["large"] : []) : "${local.arns.queue}-${name}"]
      },
      {
        Sid      = "TellTheBus", Effect = "Allow", Condition = null
        Action   = ["events:PutEvents"]
        Resource = [local.arns.bus]
      },
      {
        Sid      = "Table", Effect = "Allow", Condition = null
        Action   = local.table_actions
        Resource = [local.arns.table, "${local.arns.table}/index/by_day"]
      },
      {
        # Without it, an object that is not there would be one that must not be read.
        Sid      = "List", Effect = "Allow", Condition = null
        Action   = ["s3:ListBucket"]
        Resource = [for bucket in distinct([for zone in concat(may.read, may.write) : local.bucket_of[zone]]) : "arn:${local.partition}:s3:::${bucket}"]
      },
      {
        Sid      = "Read", Effect = "Allow", Condition = null
        Action   = concat(["s3:GetObject"], try(may.copies, false) ? ["s3:GetObjectTagging"] : [])
        Resource = [for zone in may.read : local.objects[zone]]
      },
      {
        Sid      = "Write", Effect = "Allow", Condition = null
        Action   = concat(["s3:AbortMultipartUpload", "s3:PutObject"], try(may.copies, false) ? ["s3:PutObjectTagging"] : [])
        Resource = [for zone in may.write : local.objects[zone]]
      },
    ],
    [for zones in [try(may.versions, [])] : {
      Sid      = "Versions", Effect = "Allow", Condition = null
      Action   = ["s3:DeleteObjectVersion", "s3:GetObjectVersion"]
      Resource = [for zone in zones : local.objects[zone]]
    } if length(zones) > 0],
    [for zones in [try(may.delete, [])] : {
      Sid      = "Delete", Effect = "Allow", Condition = null
      Action   = ["s3:DeleteObject"]
      Resource = [for zone in zones : local.objects[zone]]
    } if length(zones) > 0],
    [for tables in [keys(var.table_sinks)] : {
      Sid      = "Sinks", Effect = "Allow", Condition = null
      Action   = local.sink_actions
      Resource = [for table in tables : "${local.arns.table}-${table}"]
    } if length(tables) > 0 && try(may.sinks, false)],
    [for parameters in [distinct(values(var.secrets))] : {
      Sid      = "Secrets", Effect = "Allow", Condition = null
      Action   = ["ssm:GetParameter"]
      Resource = [for parameter in parameters : "arn:${local.partition}:ssm:${local.here}:parameter${parameter}"]
    } if length(parameters) > 0 && try(may.secrets, false)],
    [for key in compact([var.secrets_kms_key_arn]) : {
      # To read what Systems Manager keeps by it, and nothing else.
      Sid       = "SecretsKey", Effect = "Allow"
      Action    = ["kms:Decrypt"]
      Resource  = [key]
      Condition = { StringEquals = { "kms:ViaService" = "ssm.${var.region}.amazonaws.com" } }
    } if length(var.secrets) > 0 && try(may.secrets, false)],
    [for models in [local.models] : {
      Sid      = "Models", Effect = "Allow", Condition = null
      Action   = ["bedrock:InvokeModel"]
      Resource = models
    } if length(models) > 0 && try(may.models, false)],
    [for profile, model in local.profiles : {
      # A profile asks its model in whichever of its regions is free; through the profile only.
      Sid       = "Profile${index(keys(local.profiles), profile)}", Effect = "Allow"
      Action    = ["bedrock:InvokeModel"]
      Resource  = ["arn:${local.partition}:bedrock:*::foundation-model/${model}"]
      Condition = { StringEquals = { "bedrock:InferenceProfileArn" = "arn:${local.partition}:bedrock:${local.here}:inference-profile/${profile}" } }
    } if try(may.models, false)],
    [for sender in compact([var.sender]) : {
      # From the sender only; SES asks for the right to readers whom it knows, too.
      Sid       = "Mail", Effect = "Allow"
      Action    = ["ses:SendEmail", "ses:SendRawEmail"]
      Resource  = [for identity in local.mail_identities : "arn:${local.partition}:ses:${local.here}:identity/${identity}"]
      Condition = { StringEquals = { "ses:FromAddress" = sender } }
    } if try(may.mail, false)],
    [for topic in [local.arns.topic] : {
      Sid      = "Topic", Effect = "Allow", Condition = null
      Action   = ["sns:Publish"]
      Resource = [topic]
    } if try(may.topic, false)],
    [for key in compact([var.kms_key_arn]) : {
      Sid      = "Key", Effect = "Allow", Condition = null
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = [key]
    }],
    [for one in local.stream_rights : one if stage == "notify"],
    local.vpc_rights,
  ) }

  table_actions = [
    "dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query",
    "dynamodb:UpdateItem",
  ]
  sink_actions = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"]

  objects = { for zone, name in local.zones : zone => "arn:${local.partition}:s3:::${local.bucket_of[zone]}/${name}/*" }

  # The id of an inference profile is that of its model, with where it spreads before it.
  spreads  = "^(us|us-gov|eu|apac|jp|au|ca|global)\\."
  profiles = { for model in var.models : model => replace(model, "/${local.spreads}/", "") if can(regex(local.spreads, model)) }
  models = [for model in var.models : contains(keys(local.profiles), model)
    ? "arn:${local.partition}:bedrock:${local.here}:inference-profile/${model}"
    : "arn:${local.partition}:bedrock:${var.region}::foundation-model/${model}"
  ]

  sender_identity = var.sender == null ? null : coalesce(var.sender_identity, var.sender)
  # A role has room for some; who mails more people than that is out of the sandbox.
  known_readers   = slice(var.readers, 0, min(length(var.readers), 40))
  mail_identities = distinct(compact(concat([local.sender_identity], local.known_readers, [for address in local.known_readers : split("@", address)[1]])))

  stream_rights = [for arn in var.notify_trigger == "stream" ? [module.ledger.stream_arn] : [] : {
    Sid      = "Stream", Effect = "Allow", Condition = null
    Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
    Resource = [arn]
  }]

  # In a VPC a function has network interfaces. AWS knows no narrower resource for looking at them.
  vpc_rights = [for one in [
    {
      Sid    = "MakeInterfaces", Effect = "Allow", Condition = null
      Action = ["ec2:CreateNetworkInterface"]
      Resource = concat(
        ["arn:${local.partition}:ec2:${local.here}:network-interface/*"],
        [for id in local.vpc.subnet_ids : "arn:${local.partition}:ec2:${local.here}:subnet/${id}"],
        [for id in local.vpc.security_group_ids : "arn:${local.partition}:ec2:${local.here}:security-group/${id}"],
      )
    },
    {
      # Lambda asks for it with any kind of resource, of this account and region.
      Sid      = "DropInterfaces", Effect = "Allow", Condition = null
      Action   = ["ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"]
      Resource = ["arn:${local.partition}:ec2:${local.here}:*/*"]
    },
    {
      Sid       = "SeeInterfaces", Effect = "Allow"
      Action    = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]
      Resource  = ["*"]
      Condition = { StringEquals = { "aws:RequestedRegion" = var.region } }
    },
  ] : one if var.vpc != null]
  vpc = var.vpc == null ? { subnet_ids = [], security_group_ids = [] } : var.vpc
}
