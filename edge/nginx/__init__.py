"""nginx as the edge of one machine, mirroring the CloudFront settings of `edge/cloudfront`."""
