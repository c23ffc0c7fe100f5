package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"
	"time"
)

// Verdicts of a row.
const (
	MetYes    = "yes"
	MetNo     = "no"
	MetNotRun = "not run"
	// MetNone: the row has no target.
	MetNone = "no target"
)

// Report is what a run found.
type Report struct {
	Machine  Machine  `json:"machine"`
	Data     Data     `json:"data"`
	Settings Settings `json:"settings"`
	Rows     []Row    `json:"rows"`
}

// Machine says where figures come from.
type Machine struct {
	CPU         string    `json:"cpu"`
	Cores       int       `json:"cores"`
	MemoryMB    int64     `json:"memoryMB"`
	Kernel      string    `json:"kernel"`
	Go          string    `json:"go"`
	PostgreSQL  string    `json:"postgresql"`
	Commit      string    `json:"commit"`
	Date        time.Time `json:"date"`
	LoadAtStart string    `json:"loadAtStart,omitempty"`
}

// Data says what was asked about.
type Data struct {
	Systems       int   `json:"systems"`
	Trails        int   `json:"trails"`
	Seed          int64 `json:"seed"`
	DatabaseBytes int64 `json:"databaseBytes"`
	// Reused data was made by an earlier run.
	Reused bool `json:"reused"`
}

// Settings say how was measured.
type Settings struct {
	Clients      int               `json:"clients"`
	RoundSeconds float64           `json:"roundSeconds"`
	Rounds       int               `json:"rounds"`
	PostgreSQL   map[string]string `json:"postgresql,omitempty"`
}

// Ceiling is what the same statements do with less around them.
type Ceiling struct {
	Name       string  `json:"name"` // bare, pgx, pgbench
	Status     string  `json:"status"`
	Measured   float64 `json:"measured,omitempty"` // in the row's unit
	PerSecond  float64 `json:"perSecond,omitempty"`
	P50Ms      float64 `json:"p50Ms,omitempty"`
	P99Ms      float64 `json:"p99Ms,omitempty"`
	CPUProgram float64 `json:"cpuProgramMs,omitempty"`
	CPUPostgre float64 `json:"cpuPostgresMs,omitempty"`
	Bytes      float64 `json:"bytes,omitempty"` // of an answer
	Note       string  `json:"note,omitempty"`
}

// Row is one figure.
type Row struct {
	Name     string  `json:"name"`
	What     string  `json:"what"`
	Status   string  `json:"status"` // measured, or not run
	Measured float64 `json:"measured"`
	Unit     string  `json:"unit"`
	// Spread are the least and the most of the rounds' figures, whose median is Measured.
	Spread   []float64 `json:"spread,omitempty"`
	Ceilings []Ceiling `json:"ceilings,omitempty"`
	// Ratio of the throughput to that of the bare handler in the same rounds (to pgx
	// where there is no bare handler): 1 is the ceiling.
	Ratio  float64 `json:"ratio,omitempty"`
	Target string  `json:"target,omitempty"`
	Met    string  `json:"met"`

	PerSecond     float64 `json:"perSecond,omitempty"`
	P50Ms         float64 `json:"p50Ms,omitempty"`
	P99Ms         float64 `json:"p99Ms,omitempty"`
	Requests      int     `json:"requests,omitempty"`
	Bytes         float64 `json:"bytes,omitempty"` // of an answer, on average
	CPU           string  `json:"cpu,omitempty"`   // why processor times are missing
	CPUProgramMs  float64 `json:"cpuProgramMs,omitempty"`
	CPUPostgresMs float64 `json:"cpuPostgresMs,omitempty"`
	ResidentMB    float64 `json:"residentMB,omitempty"`
	Note          string  `json:"note,omitempty"`
}

// notRun is a row that could not be measured.
func notRun(name, what, target, why string) Row {
	return Row{Name: name, What: what, Status: MetNotRun, Target: target, Met: MetNotRun, Note: why}
}

func verdict(ok bool) string {
	if ok {
		return MetYes
	}
	return MetNo
}

func describe(commit string) Machine {
	m := Machine{Cores: runtime.NumCPU(), Go: runtime.Version(), Kernel: runtime.GOOS, CPU: runtime.GOARCH, Commit: commit, Date: time.Now().UTC().Truncate(time.Second)}
	describeMachine(&m)
	if m.Commit == "" {
		m.Commit = "unknown"
		if info, ok := debug.ReadBuildInfo(); ok {
			dirty := ""
			for _, s := range info.Settings {
				switch {
				case s.Key == "vcs.revision":
					m.Commit = s.Value
				case s.Key == "vcs.modified" && s.Value == "true":
					dirty = " with changes"
				}
			}
			m.Commit += dirty
		}
	}
	return m
}

// JSON writes the report for programs.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// Table writes the report for people.
func (r *Report) Table(w io.Writer) error {
	var b strings.Builder
	m := r.Machine
	fmt.Fprintf(&b, "%s, %d cores, %d MB, %s, %s, PostgreSQL %s\n", m.CPU, m.Cores, m.MemoryMB, m.Kernel, m.Go, m.PostgreSQL)
	fmt.Fprintf(&b, "commit %s, %s", m.Commit, m.Date.Format("2006-01-02 15:04 MST"))
	if m.LoadAtStart != "" {
		fmt.Fprintf(&b, ", load of the machine at the start %s", m.LoadAtStart)
	}
	fmt.Fprintf(&b, "\n%d systems, %d trails (seed %d, %.0f MB in the database); %d clients, %d rounds of %g s each\n\n",
		r.Data.Systems, r.Data.Trails, r.Data.Seed, float64(r.Data.DatabaseBytes)/1e6, r.Settings.Clients, r.Settings.Rounds, r.Settings.RoundSeconds)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "measured\tspread\tceiling\tratio\ttarget\tmet\tp50 ms\tp99 ms\tCPU ms\tMB\t  row")
	for _, row := range r.Rows {
		spread, ceiling, ratio, p50, p99, cpu, mb := "", "", "", "", "", "", ""
		measured := row.Status
		if row.Status == statusMeasured {
			measured = number(row.Measured) + " " + row.Unit
		}
		if len(row.Spread) == 2 {
			spread = number(row.Spread[0]) + "-" + number(row.Spread[1])
		}
		if len(row.Ceilings) > 0 && row.Ceilings[0].Status == statusMeasured {
			ceiling = row.Ceilings[0].Name + " " + number(row.Ceilings[0].Measured)
		}
		if row.Ratio > 0 {
			ratio = fmt.Sprintf("%.2f", row.Ratio)
		}
		if row.P99Ms > 0 {
			p50, p99 = number(row.P50Ms), number(row.P99Ms)
		}
		if row.CPUProgramMs > 0 || row.CPUPostgresMs > 0 {
			cpu = fmt.Sprintf("%.2f+%.2f", row.CPUProgramMs, row.CPUPostgresMs)
		}
		if row.ResidentMB > 0 {
			mb = fmt.Sprintf("%.0f", row.ResidentMB)
		}
		target := row.Target
		if target == "" {
			target = "-"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t  %s\n", measured, spread, ceiling, ratio, target, row.Met, p50, p99, cpu, mb, row.Name)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(&b)
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "%s: %s.", row.Name, row.What)
		for _, c := range row.Ceilings {
			if c.Status == statusMeasured {
				fmt.Fprintf(&b, " %s: %s %s", c.Name, number(c.Measured), row.Unit)
				if c.P99Ms > 0 {
					fmt.Fprintf(&b, " (p50 %s, p99 %s ms)", number(c.P50Ms), number(c.P99Ms))
				}
				fmt.Fprint(&b, ".")
			} else {
				fmt.Fprintf(&b, " %s: %s (%s).", c.Name, c.Status, c.Note)
			}
		}
		if row.Bytes > 0 {
			fmt.Fprintf(&b, " Answers of %s bytes", number(row.Bytes))
			if len(row.Ceilings) > 0 && row.Ceilings[0].Bytes > 0 {
				fmt.Fprintf(&b, ", the ceiling's of %s", number(row.Ceilings[0].Bytes))
			}
			fmt.Fprint(&b, ".")
		}
		if row.Note != "" {
			fmt.Fprintf(&b, " %s.", strings.TrimSuffix(row.Note, "."))
		}
		fmt.Fprintln(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const statusMeasured = "measured"

// number prints three digits or so.
func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
