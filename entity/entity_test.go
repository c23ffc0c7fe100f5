package entity_test

import (
	"encoding/json"
	"testing"

	"github.com/mtbwiki/mtbwiki/entity"
)

// AWSJSON comes as text from the API and as what it is from the database.
func TestJSON(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"profile": "{\"a\": [1]}"}`: `{"a": [1]}`,
		`{"profile": {"a": [1]}}`:     `{"a": [1]}`,
		`{"profile": [1, 2]}`:         `[1, 2]`,
	} {
		var d entity.OpenData
		if err := json.Unmarshal([]byte(in), &d); err != nil || d.Profile == nil || string(*d.Profile) != want {
			t.Errorf("%s: %v, %v; want %s", in, d.Profile, err, want)
		}
		again, err := json.Marshal(d.Profile)
		var text string
		if err != nil || json.Unmarshal(again, &text) != nil || text != want {
			t.Errorf("%s is written as %s: %v", in, again, err)
		}
	}
	var d entity.OpenData
	if err := json.Unmarshal([]byte(`{"profile": null}`), &d); err != nil || d.Profile != nil {
		t.Errorf("null: %v, %v", d.Profile, err)
	}
}
