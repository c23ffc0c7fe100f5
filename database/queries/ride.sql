-- A rider's own rides and comparisons.

-- name: ListRides :many
SELECT to_json(r)::json AS item
FROM api.ride_list(sqlc.arg(actor)::jsonb, sqlc.arg(lang)::text, (sqlc.narg(trail)::text)::uuid, NULL, NULL, sqlc.arg(page_size)::integer, sqlc.narg(after)::text) r;

-- name: GetRide :one
SELECT to_json(r)::json AS node
FROM api.ride_get(sqlc.arg(actor)::jsonb, 'en', (sqlc.arg(id)::text)::uuid) r;

-- name: CreateRide :one
SELECT to_json(r)::json AS answer
FROM api.create_ride(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: UpdateRide :one
SELECT to_json(r)::json AS answer
FROM api.update_ride(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: ArchiveRide :one
SELECT to_json(r)::json AS answer
FROM api.archive_ride(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: RestoreRide :one
SELECT to_json(r)::json AS answer
FROM api.restore_ride(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: RateRide :one
SELECT to_json(r)::json AS answer
FROM api.rate_ride(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: DeleteRide :one
SELECT to_json(r)::json AS answer
FROM api.delete_ride(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: ListComparisons :many
SELECT to_json(r)::json AS item
FROM api.comparison_list(sqlc.arg(actor)::jsonb, sqlc.arg(lang)::text, (sqlc.narg(trail)::text)::uuid, NULL, sqlc.arg(page_size)::integer, sqlc.narg(after)::text) r;

-- name: CompareTrails :one
SELECT to_json(r)::json AS answer
FROM api.compare_trails(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;

-- name: WithdrawComparison :one
SELECT to_json(r)::json AS answer
FROM api.withdraw_comparison(sqlc.arg(actor)::jsonb, sqlc.arg(input)::jsonb) r;
