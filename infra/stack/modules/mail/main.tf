# The sender's identity, and the topic that alarms and alerts are mailed from.

resource "aws_sesv2_email_identity" "sender" {
  count = var.sender_identity == null ? 0 : 1

  email_identity = var.sender_identity
}

resource "aws_sns_topic" "alarms" {
  name = "${var.prefix}-alarms"
  #checkov:skip=CKV_AWS_26: CloudWatch can't write to a topic under SNS's own key; alarms name things and numbers, no data
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each = toset(var.recipients)

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alarms.arn
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:${var.here.partition}:cloudwatch:${var.here.region}:${var.here.account}:alarm:${var.prefix}-*" }
          StringEquals = { "aws:SourceAccount" = var.here.account }
        }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alarms.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}
