#!/usr/bin/env bash
# What a release does at a stage besides deploying stacks; the pipeline's steps call it,
# and so can people who may take the stage's role mtb-wiki-<stage>-release.
#
#   release.sh migrate STAGE        makes the database's roles, then migrates
#   release.sh files STAGE DIR      puts the website's static files into its bucket
#   release.sh gate STAGE           runs the stage's suite against it, from the repository's root
#   release.sh sign DIR             signs what was built (the folder's files) with SIGNING_KEY
#   release.sh verify DIR           refuses what isn't as it was signed
#   release.sh delivered STAGE COMMITTED   counts a release that arrived (seconds since 1970)
#   release.sh failed STAGE         notes when the stage began to fail
#
# In the environment: ACCOUNT and STAGE_REGION of the stage; for the gate GRAPHQL_URL,
# SITE_ADDRESS, MTBWIKI_GATE_API_KEY and, where the suite writes, USER_POOL and GATE_CLIENT.
set -euo pipefail
shopt -s inherit_errexit

usage() {
  sed -n '2,17p' "$0" >&2
  exit 2
}
[ $# -ge 2 ] || usage
what=$1 stage=$2
name=mtb-wiki-$stage

# as_release takes the stage's role for what follows.
as_release() {
  local credentials
  credentials=$(aws sts assume-role --role-arn "arn:aws:iam::$ACCOUNT:role/$name-release" --role-session-name "$what" \
    --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text) || return
  read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN <<<"$credentials"
  AWS_REGION=$STAGE_REGION AWS_DEFAULT_REGION=$STAGE_REGION
  export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_REGION AWS_DEFAULT_REGION
}

# call runs a Lambda and fails when it does, which the command itself wouldn't.
call() {
  local failed
  failed=$(aws lambda invoke --function-name "$name-$1" --cli-read-timeout 900 --cli-binary-format raw-in-base64-out \
    --payload null --query FunctionError --output text "$1.json")
  echo "$1: $(cat "$1.json")"
  [ "$failed" = None ]
}

case $what in
migrate)
  cd "$(mktemp -d)"
  as_release
  call roles
  call migrate
  ;;
files)
  # Those of older releases stay: pages of before still load them.
  as_release
  aws s3 cp "$3/static" "s3://$name-files-$ACCOUNT-$STAGE_REGION/static" --recursive --no-progress \
    --cache-control 'public, max-age=31536000, immutable'
  ;;
gate)
  if [ -n "${GATE_CLIENT:-}" ]; then
    # Two accounts for this run, whose passwords nobody keeps.
    tokens=$(
      as_release
      for who in rider moderator; do
        user=gate-$who
        password="Aa1-$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
        aws cognito-idp admin-create-user --user-pool-id "$USER_POOL" --username "$user" --message-action SUPPRESS \
          --user-attributes "Name=email,Value=$user@example.invalid" Name=email_verified,Value=true >/dev/null 2>&1 ||
          aws cognito-idp admin-get-user --user-pool-id "$USER_POOL" --username "$user" >/dev/null
        aws cognito-idp admin-set-user-password --user-pool-id "$USER_POOL" --username "$user" --password "$password" --permanent
        [ "$who" = rider ] || aws cognito-idp admin-add-user-to-group --user-pool-id "$USER_POOL" --username "$user" --group-name moderators
        aws cognito-idp admin-initiate-auth --user-pool-id "$USER_POOL" --client-id "$GATE_CLIENT" --auth-flow ADMIN_USER_PASSWORD_AUTH \
          --auth-parameters "USERNAME=$user,PASSWORD=$password" --query AuthenticationResult.AccessToken --output text
      done
    )
    { read -r MTBWIKI_GATE_RIDER_TOKEN; read -r MTBWIKI_GATE_MODERATOR_TOKEN; } <<<"$tokens"
    export MTBWIKI_GATE_RIDER_TOKEN MTBWIKI_GATE_MODERATOR_TOKEN
  fi
  mkdir -p reports
  go run ./cmd/mtbwiki gate "$stage" --endpoint "$GRAPHQL_URL" --site "$SITE_ADDRESS" --junit "reports/$stage.xml"
  ;;
sign)
  cd "$2"
  find . -type f ! -name 'release.*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum >release.sha256
  sha256sum release.sha256 | cut -d' ' -f1 | tr -d '\n' >release.digest
  aws kms sign --key-id "$SIGNING_KEY" --message fileb://release.digest --message-type RAW --signing-algorithm ECDSA_SHA_256 \
    --query Signature --output text >release.signature
  ;;
verify)
  cd "$2"
  signature=$(mktemp)
  base64 -d release.signature >"$signature"
  sha256sum release.sha256 | cut -d' ' -f1 | tr -d '\n' | cmp - release.digest
  aws kms verify --key-id "$SIGNING_KEY" --message fileb://release.digest --message-type RAW --signing-algorithm ECDSA_SHA_256 \
    --signature "fileb://$signature" --query SignatureValid --output text
  sha256sum --check --quiet --strict release.sha256
  # Nothing was added either.
  diff <(find . -type f ! -name 'release.*' | LC_ALL=C sort) <(sed 's/^[0-9a-f]*  //' release.sha256 | LC_ALL=C sort)
  ;;
delivered)
  # Lead time runs from the commit; time to restore from the first failure since the last
  # release that arrived.
  now=$(date +%s)
  metric() { aws cloudwatch put-metric-data --namespace mtb-wiki/delivery --metric-name "$1" --dimensions "Stage=$stage" --value "$2" --unit "$3"; }
  metric Delivered 1 Count
  metric LeadTime $((now - $3)) Seconds
  since=$(aws ssm get-parameters --names "/$name/failing-since" --query 'Parameters[0].Value' --output text)
  if [ "$since" != None ]; then
    metric TimeToRestore $((now - since)) Seconds
    aws ssm delete-parameter --name "/$name/failing-since"
  fi
  ;;
failed)
  aws cloudwatch put-metric-data --namespace mtb-wiki/delivery --metric-name Failed --dimensions "Stage=$stage" --value 1 --unit Count
  # The first failure counts.
  aws ssm put-parameter --name "/$name/failing-since" --type String --value "$(date +%s)" >/dev/null 2>&1 ||
    aws ssm get-parameters --names "/$name/failing-since" --query 'Parameters[0].Value' --output text >/dev/null
  ;;
*) usage ;;
esac
