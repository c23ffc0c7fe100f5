-- History and proposals, for every kind of entity.

-- name: ListRevisions :many
SELECT to_json(r)::json AS item
FROM api.revision_list(sqlc.arg(actor)::jsonb, (sqlc.narg(entity)::text)::uuid, sqlc.arg(page_size)::integer, sqlc.narg(after)::text) r;

-- A function with one column is a value, not a row: r is the node itself.
-- name: GetRevision :one
SELECT to_json(r)::json AS node
FROM api.revision_get(sqlc.arg(actor)::jsonb, (sqlc.arg(id)::text)::uuid) r;

-- name: ListProposals :many
SELECT to_json(r)::json AS item
FROM api.proposal_list(sqlc.arg(actor)::jsonb, (sqlc.narg(entity)::text)::uuid, sqlc.narg(state)::text, sqlc.arg(page_size)::integer, sqlc.narg(after)::text) r;

-- name: GetProposal :one
SELECT to_json(r)::json AS node
FROM api.proposal_get(sqlc.arg(actor)::jsonb, (sqlc.arg(id)::text)::uuid) r;

-- name: CreateProposal :one
SELECT to_json(r)::json AS answer
FROM api.create_proposal(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: AcceptProposal :one
SELECT to_json(r)::json AS answer
FROM api.accept_proposal(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: RejectProposal :one
SELECT to_json(r)::json AS answer
FROM api.reject_proposal(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: WithdrawProposal :one
SELECT to_json(r)::json AS answer
FROM api.withdraw_proposal(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: RedactRevision :one
SELECT to_json(r)::json AS answer
FROM api.redact_revision(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: HideRevision :one
SELECT to_json(r)::json AS answer
FROM api.hide_revision(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: UnhideRevision :one
SELECT to_json(r)::json AS answer
FROM api.unhide_revision(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: ProtectEntity :one
SELECT to_json(r)::json AS answer
FROM api.protect_entity(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: UnprotectEntity :one
SELECT to_json(r)::json AS answer
FROM api.unprotect_entity(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: PurgeEntity :one
SELECT to_json(r)::json AS answer
FROM api.purge_entity(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: MergeEntities :one
SELECT to_json(r)::json AS answer
FROM api.merge_entities(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: RevertEntity :one
SELECT to_json(r)::json AS answer
FROM api.revert_entity(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: SetTrailLine :one
SELECT to_json(r)::json AS answer
FROM api.set_trail_line(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: GetTrailLine :one
SELECT to_json(r)::json AS line
FROM api.trail_line_page(sqlc.arg(actor)::jsonb, (sqlc.arg(id)::text)::uuid, sqlc.arg(simplified)::boolean, sqlc.narg(after)::text, NULL) r;
