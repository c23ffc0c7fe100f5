package rdsdata

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// BatchExecuteStatementInput is a request to run one statement with many sets of
// parameters.
type BatchExecuteStatementInput struct {
	ResourceARN   string        `json:"resourceArn,omitempty"` // read by the Handler only
	SecretARN     string        `json:"secretArn,omitempty"`   // read by the Handler only
	SQL           string        `json:"sql"`
	Database      string        `json:"database,omitempty"` // read by the Handler only
	Schema        string        `json:"schema,omitempty"`   // refused
	ParameterSets [][]Parameter `json:"parameterSets,omitempty"`
	TransactionID string        `json:"transactionId,omitempty"`
}

// BatchExecuteStatementOutput is the answer to a batch: nothing, as PostgreSQL
// has no generated fields.
type BatchExecuteStatementOutput struct {
	UpdateResults []UpdateResult `json:"updateResults"`
}

// UpdateResult holds a set's generated fields.
type UpdateResult struct {
	GeneratedFields []Field `json:"generatedFields"`
}

// BatchExecuteStatement runs a statement once for each set of parameters, once
// without parameters if there is no set. All take effect or none (own choice: how
// AWS divides a batch is not documented). Errors are of type *[Error].
func (s *Service) BatchExecuteStatement(ctx context.Context, in *BatchExecuteStatementInput) (*BatchExecuteStatementOutput, error) {
	p, e := s.check(in.SQL, in.Schema)
	if e != nil {
		return nil, e
	}
	if len(in.ParameterSets) > s.opts.MaxParameterSets {
		return nil, badRequest("The batch holds %d parameter sets, allowed are %d", len(in.ParameterSets), s.opts.MaxParameterSets)
	}
	sets := in.ParameterSets
	if len(sets) == 0 {
		sets = [][]Parameter{nil}
	}
	bindings := make([]binding, len(sets))
	for i, set := range sets {
		if e := bindings[i].bind(p, set); e != nil {
			return nil, e
		}
	}
	run := func(ctx context.Context, pg *pgconn.PgConn, st *connState) (*Result, *Error) {
		if changesSession[p.verb] {
			st.dirty = true
		}
		if err := s.runBatch(ctx, pg, st, p, bindings); err != nil {
			return nil, asError(ctx, err, p)
		}
		return nil, nil
	}
	if in.TransactionID != "" {
		_, e = s.inTransaction(ctx, in.TransactionID, run)
	} else {
		_, e = s.alone(ctx, run)
	}
	if e != nil {
		return nil, e
	}
	return &BatchExecuteStatementOutput{UpdateResults: []UpdateResult{}}, nil
}

func (s *Service) runBatch(ctx context.Context, pg *pgconn.PgConn, st *connState, p *parsed, bindings []binding) error {
	for attempt := 0; ; attempt++ {
		// One batch is one implicit transaction: it ends with the protocol's Sync.
		batch := &pgconn.Batch{}
		used := map[*variant]bool{}
		for i := range bindings {
			v := p.variant(bindings[i].oids)
			prep, err := s.prepare(ctx, pg, st, v)
			if err != nil {
				return err
			}
			used[v] = true
			batch.ExecPrepared(prep.desc.Name, bindings[i].values, nil, nil)
		}
		results := pg.ExecBatch(ctx, batch)
		for results.NextResult() {
			// Rows (RETURNING) are read and dropped: a batch answers none.
			if _, err := results.ResultReader().Close(); err != nil {
				break // Close says it again
			}
		}
		err := results.Close()
		var pgErr *pgconn.PgError
		stale := errors.As(err, &pgErr) && pgErr.Code == "0A000" && pg.TxStatus() == 'I' && attempt == 0
		if !stale {
			return err
		}
		for v := range used {
			if err := st.forget(ctx, pg, v); err != nil {
				return err
			}
		}
	}
}
