locals {
  name     = "internal-alb.${var.internal_domain}"
  listener = var.certificate_arn == "" ? { protocol = "HTTP", port = 80 } : { protocol = "HTTPS", port = 443 }
}

resource "aws_lb" "this" {
  # checkov:skip=CKV_AWS_91:internal, with one caller; both ends of the hop log every request with its id
  # checkov:skip=CKV_AWS_150:protected by default; environments/dev.tfvars turns it off
  # checkov:skip=CKV2_AWS_20:internal, with one caller, which is told the one address
  name                       = var.name
  internal                   = true
  load_balancer_type         = "application"
  security_groups            = [var.security_group_id]
  subnets                    = var.subnet_ids
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
  enable_deletion_protection = var.deletion_protection
  # Shorter than the service keeps a connection (75 s), so that it never hangs up on a request under way.
  idle_timeout = 60
}

resource "aws_lb_target_group" "this" {
  # checkov:skip=CKV_AWS_378:the hop inside of the VPC, to the service alone; TLS ends at the load balancer
  name                          = var.name
  port                          = var.target_port
  protocol                      = "HTTP"
  target_type                   = "ip"
  vpc_id                        = var.vpc_id
  load_balancing_algorithm_type = "least_outstanding_requests"
  # As long as a task takes to finish what it accepted, and less than its stopTimeout (infra/ecs/templates).
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-types.html
  deregistration_delay = 35

  health_check {
    path                = "/health"
    matcher             = "200"
    interval            = 10
    timeout             = 3
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_listener" "this" {
  # checkov:skip=CKV_AWS_2:HTTPS when certificate_arn is given; without one the hop stays inside of the VPC
  # checkov:skip=CKV_AWS_103:TLS 1.2 and newer when certificate_arn is given; without one the hop stays inside of the VPC
  load_balancer_arn = aws_lb.this.arn
  port              = local.listener.port
  protocol          = local.listener.protocol
  certificate_arn   = var.certificate_arn == "" ? null : var.certificate_arn
  ssl_policy        = var.certificate_arn == "" ? null : "ELBSecurityPolicy-TLS13-1-2-2021-06"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}

# The guide's name of the load balancer, which does not change when the load balancer is made anew.

resource "aws_route53_zone" "internal" {
  # checkov:skip=CKV2_AWS_38:DNSSEC is for public zones
  # checkov:skip=CKV2_AWS_39:query logs are for public zones
  name    = var.internal_domain
  comment = "Names inside of the VPC of ${var.name}"

  vpc {
    vpc_id = var.vpc_id
  }
}

resource "aws_route53_record" "internal_alb" {
  zone_id = aws_route53_zone.internal.zone_id
  name    = local.name
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = false
  }
}
