-- A rider's own trips, and what a link leads to.

-- name: ListTrips :many
SELECT to_json(r)::json AS item
FROM api.trip_list(sqlc.arg(actor)::jsonb, NULL, sqlc.arg(page_size)::integer, sqlc.narg(after)::text) r;

-- name: GetTrip :one
SELECT to_json(r)::json AS node
FROM api.trip_get(sqlc.arg(actor)::jsonb, 'en', (sqlc.arg(id)::text)::uuid) r;

-- name: GetSharedTrip :one
SELECT to_json(r)::json AS node
FROM api.shared_trip(sqlc.arg(actor)::jsonb, 'en', sqlc.arg(token)::text) r;

-- name: CreateTrip :one
SELECT to_json(r)::json AS answer
FROM api.create_trip(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: UpdateTrip :one
SELECT to_json(r)::json AS answer
FROM api.update_trip(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: ArchiveTrip :one
SELECT to_json(r)::json AS answer
FROM api.archive_trip(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: RestoreTrip :one
SELECT to_json(r)::json AS answer
FROM api.restore_trip(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: LookAtTrip :one
SELECT to_json(r)::json AS answer
FROM api.look_at_trip(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: ShareTrip :one
SELECT to_json(r)::json AS answer
FROM api.share_trip(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: UnshareTrip :one
SELECT to_json(r)::json AS answer
FROM api.unshare_trip(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: DeleteTrip :one
SELECT to_json(r)::json AS answer
FROM api.delete_trip(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;
