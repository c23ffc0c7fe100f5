package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/rdsiam"
)

// TestExpire runs as the role that the Lambda signs in as.
func TestExpire(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	client := database.NewClient(db.API)
	mod, ann := database.Rider("mod", "mod", "moderators"), database.Rider("ann", "ann")
	if _, err := db.Owner.Exec(t.Context(), "INSERT INTO wiki.vocabulary (name, title, description) VALUES ('country', 'C', 'C') ON CONFLICT DO NOTHING; INSERT INTO wiki.term (vocabulary, code, position, label) VALUES ('country', 'AT', 1, 'Austria') ON CONFLICT DO NOTHING", pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatal(err)
	}
	region, err := client.Regions().Create(t.Context(), mod, entity.CreateRegionInput{Name: "Testland", Countries: []string{"AT"}})
	if err != nil {
		t.Fatal(err)
	}
	system, err := client.Systems().Create(t.Context(), mod, entity.CreateSystemInput{Name: "Hills", Kind: entity.SystemKindNetwork, RegionIDs: []string{region.ID}})
	if err != nil {
		t.Fatal(err)
	}
	end := "2026-02-01"
	notice, err := client.SeasonalNotices().Create(t.Context(), ann, entity.CreateSeasonalNoticeInput{
		SubjectID: system.ID, Kind: entity.NoticeKindEvent, Severity: entity.NoticeSeverityInfo, Body: "A race.", StartsOn: "2026-01-01", EndsOn: &end,
	})
	if err != nil {
		t.Fatal(err)
	}
	local := &rdsiam.Database{URL: db.JobsURL, Log: slog.New(slog.DiscardHandler), BeforeConnect: func(context.Context, *pgx.ConnConfig) error { return nil }}
	for i, want := range []int{1, 0} {
		got, err := run(t.Context(), local, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
		if err != nil || got.Notices != want {
			t.Errorf("time %d: %+v, %v", i+1, got, err)
		}
	}
	if now, err := client.SeasonalNotices().Get(t.Context(), ann, database.ID(notice.ID), ""); err != nil || now.State != entity.EntityStateArchived {
		t.Errorf("it is %v, %v", now, err)
	}
}

func TestSettings(t *testing.T) {
	for name, value := range map[string]string{"AWS_REGION": "us-west-2", "DATABASE_HOST": "h", "DATABASE_PORT": "5432", "DATABASE": "mtbwiki"} {
		t.Setenv(name, value)
	}
	db, err := newDatabase()
	if err != nil || !strings.Contains(db.URL, "mtbwiki_jobs@h:5432/mtbwiki?sslmode=verify-full") {
		t.Errorf("%+v, %v", db, err)
	}
	t.Setenv("DATABASE_HOST", "")
	if _, err := newDatabase(); err == nil || !strings.Contains(err.Error(), "lacks DATABASE_HOST") {
		t.Errorf("got %v", err)
	}
}
