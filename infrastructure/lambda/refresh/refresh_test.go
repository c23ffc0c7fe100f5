package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/awstest"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/dataapi"
	"github.com/mtbwiki/mtbwiki/masking"
)

// control is RDS and IAM as far as a refresh asks them: what is made or deleted takes
// two looks until it is there or gone.
type control struct {
	mu                sync.Mutex
	cluster, instance string            // status, "" when there is none
	looks             map[string]int    // at what is under way
	endpoint          bool              // the Data API is on
	policies          map[string]string // by name, of the masker's role
	calls             []url.Values
}

func (c *control) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	action := form.Get("Action")
	if !strings.HasPrefix(action, "Describe") {
		c.calls = append(c.calls, form)
	}
	fail := func(code string) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, "<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", code, code)
	}
	answer := func(inner string) {
		fmt.Fprintf(w, "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", action, inner)
	}
	// under way moves on with each look.
	look := func(status *string) {
		if c.looks[action]++; c.looks[action]%2 == 0 {
			switch *status {
			case "creating":
				*status = "available"
			case "deleting":
				*status = ""
			}
		}
	}
	const clone, writer = "mtb-wiki-gamma-clone", "mtb-wiki-gamma-clone-writer"
	if id := form.Get("DBClusterIdentifier"); id != "" && id != clone {
		fail("AccessDenied")
		return
	}
	if id := form.Get("DBInstanceIdentifier"); id != "" && id != writer {
		fail("AccessDenied")
		return
	}
	switch action {
	case "DescribeDBClusters":
		look(&c.cluster)
		if c.cluster == "" {
			fail("DBClusterNotFoundFault")
			return
		}
		answer(fmt.Sprintf(`<DBClusters><DBCluster><DBClusterIdentifier>%[1]s</DBClusterIdentifier><Status>%[2]s</Status><Engine>aurora-postgresql</Engine>
			<Endpoint>%[1]s.cluster-x.us-west-2.rds.amazonaws.com</Endpoint><DbClusterResourceId>cluster-ABC</DbClusterResourceId>
			<HttpEndpointEnabled>%[3]t</HttpEndpointEnabled></DBCluster></DBClusters>`, clone, c.cluster, c.endpoint))
	case "DescribeDBInstances":
		look(&c.instance)
		if c.instance == "" {
			fail("DBInstanceNotFound")
			return
		}
		answer(fmt.Sprintf(`<DBInstances><DBInstance><DBInstanceIdentifier>%s</DBInstanceIdentifier><DBInstanceStatus>%s</DBInstanceStatus></DBInstance></DBInstances>`, writer, c.instance))
	case "RestoreDBClusterToPointInTime":
		if c.cluster != "" {
			fail("DBClusterAlreadyExistsFault")
			return
		}
		c.cluster = "creating"
		answer("")
	case "CreateDBInstance":
		if c.cluster != "available" {
			fail("InvalidDBClusterStateFault")
			return
		}
		c.instance = "creating"
		answer("")
	case "DeleteDBInstance":
		if c.instance == "creating" {
			fail("InvalidDBInstanceState")
			return
		}
		c.instance = "deleting"
		answer("")
	case "DeleteDBCluster":
		if c.instance != "" {
			fail("InvalidDBClusterStateFault")
			return
		}
		c.cluster = "deleting"
		answer("")
	case "PutRolePolicy":
		c.policies[form.Get("PolicyName")] = form.Get("PolicyDocument")
		answer("")
	case "DeleteRolePolicy":
		if _, ok := c.policies[form.Get("PolicyName")]; !ok {
			fail("NoSuchEntity")
			return
		}
		delete(c.policies, form.Get("PolicyName"))
		answer("")
	default:
		fail("InvalidAction")
	}
}

func (c *control) called() (names []string) {
	for _, f := range c.calls {
		names = append(names, f.Get("Action"))
	}
	return names
}

func newControl(t *testing.T) (*control, *refresh) {
	t.Helper()
	c := &control{policies: map[string]string{}, looks: map[string]int{}}
	server := httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(server.Close)
	return c, &refresh{
		RDS:   rds.New(rds.Options{Region: "us-west-2", BaseEndpoint: aws.String(server.URL), Credentials: awstest.Credentials}),
		IAM:   iam.New(iam.Options{Region: "us-west-2", BaseEndpoint: aws.String(server.URL), Credentials: awstest.Credentials}),
		Stage: "gamma", Source: "mtb-wiki-prod-db", Clone: "mtb-wiki-gamma-clone",
		SubnetGroup: "subnets", ParameterGroup: "parameters", SecurityGroup: "sg-1", MaxCapacity: 16,
		MaskRole: "mtb-wiki-gamma-mask", ConnectARN: "arn:aws:rds-db:us-west-2:111122223333:dbuser:%s/mtbwiki_migrator",
		Database: "mtbwiki", Next: "mtbwiki_next",
	}
}

// until asks for a step until it is done.
func until(t *testing.T, r *refresh, step string) answer {
	t.Helper()
	for range 20 {
		got, err := r.step(t.Context(), request{step})
		if err != nil {
			t.Fatal(err)
		}
		if got.Done {
			return got
		}
	}
	t.Fatalf("%s is never done", step)
	return answer{}
}

// TestClone makes a clone and takes it away: what it is made like, who may sign in, and
// that nothing is left.
func TestClone(t *testing.T) {
	t.Parallel()
	c, r := newControl(t)
	until(t, r, "remove") // there is none
	until(t, r, "clone")
	if got, err := r.step(t.Context(), request{"clone"}); err != nil || !got.Done {
		t.Errorf("a repeated call: %+v, %v", got, err)
	}
	got := until(t, r, "ready")
	if got.Host != "mtb-wiki-gamma-clone.cluster-x.us-west-2.rds.amazonaws.com" {
		t.Errorf("the host is %q", got.Host)
	}
	want := map[string]string{connectPolicy: `{"Statement":[{"Action":"rds-db:connect","Effect":"Allow","Resource":"arn:aws:rds-db:us-west-2:111122223333:dbuser:cluster-ABC/mtbwiki_migrator"}],"Version":"2012-10-17"}`}
	if diff := cmp.Diff(want, c.policies); diff != "" {
		t.Errorf("who signs in (-want +got):\n%s", diff)
	}
	made := c.calls[slices.Index(c.called(), "RestoreDBClusterToPointInTime")]
	for name, want := range map[string]string{
		"SourceDBClusterIdentifier": "mtb-wiki-prod-db", "RestoreType": "copy-on-write", "UseLatestRestorableTime": "true",
		"EnableIAMDatabaseAuthentication": "true", "DeletionProtection": "false", "BackupRetentionPeriod": "1",
		"DBSubnetGroupName": "subnets", "DBClusterParameterGroupName": "parameters", "VpcSecurityGroupIds.VpcSecurityGroupId.1": "sg-1",
		"ServerlessV2ScalingConfiguration.MaxCapacity": "16",
	} {
		if got := made.Get(name); got != want {
			t.Errorf("the clone's %s is %q, want %q", name, got, want)
		}
	}
	if writer := c.calls[slices.Index(c.called(), "CreateDBInstance")]; writer.Get("PubliclyAccessible") != "false" || writer.Get("DBInstanceClass") != "db.serverless" {
		t.Errorf("its instance: %v", writer)
	}

	c.calls = nil
	until(t, r, "remove")
	if c.cluster != "" || c.instance != "" || len(c.policies) > 0 {
		t.Errorf("left are the cluster %q, the instance %q and the policies %v", c.cluster, c.instance, c.policies)
	}
	if gone := c.calls[slices.Index(c.called(), "DeleteDBCluster")]; gone.Get("SkipFinalSnapshot") != "true" || gone.Get("DeleteAutomatedBackups") != "true" {
		t.Errorf("something of the cluster is kept: %v", gone)
	}
	if c.called()[0] != "DeleteRolePolicy" {
		t.Errorf("the right to sign in goes first; called were %v", c.called())
	}
}

// TestCloneStops holds what ends a refresh.
func TestCloneStops(t *testing.T) {
	t.Parallel()
	c, r := newControl(t)
	for _, test := range []struct{ cluster, instance, step, want string }{
		{"", "", "ready", "there is no cluster mtb-wiki-gamma-clone"},
		{"inaccessible-encryption-credentials", "", "ready", "mtb-wiki-gamma-clone is inaccessible"},
		{"available", "incompatible-network", "ready", "mtb-wiki-gamma-clone-writer is incompatible-network"},
		{"available", "available", "drop", `no step "drop"`},
	} {
		c.cluster, c.instance = test.cluster, test.instance
		if _, err := r.step(t.Context(), request{test.step}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s of %q: %v, want %s", test.step, test.cluster, err, test.want)
		}
	}
	c.cluster, c.instance, c.endpoint = "available", "", true
	if _, err := r.step(t.Context(), request{"ready"}); err == nil || !strings.Contains(err.Error(), "the Data API of mtb-wiki-gamma-clone is on") {
		t.Errorf("a clone with Data API: %v", err)
	}
	if len(c.policies) > 0 || slices.Contains(c.called(), "CreateDBInstance") {
		t.Errorf("somebody may sign in: %v", c.policies)
	}
	// Being made, it can't be deleted yet: that is asked again.
	c.cluster, c.instance, c.endpoint = "available", "creating", false
	until(t, r, "remove")
}

// TestSwap makes a database, and lets it take the place of the one in use while the API
// is signed in.
func TestSwap(t *testing.T) {
	t.Parallel()
	cluster := awstest.NewCluster(t)
	_, r := newControl(t)
	r.Admin = dataapi.Cluster{Client: cluster.Data, ClusterARN: awstest.ClusterARN, SecretARN: awstest.AdminSecretARN, Database: "postgres"}
	inUse := r.Admin
	inUse.Database = awstest.Database
	const password = "only-for-tests-too"
	err := inUse.InTransaction(t.Context(), func(tx *dataapi.Transaction) error {
		if err := tx.MakeRoles(t.Context()); err != nil {
			return err
		}
		return tx.SetPassword(t.Context(), "mtbwiki_api", password)
	})
	if err != nil {
		t.Fatal(err)
	}
	api := func(database string) (*pgx.Conn, error) {
		u, err := url.Parse(cluster.URL("mtbwiki_api", password))
		if err != nil {
			t.Fatal(err)
		}
		u.Path = "/" + database
		return pgx.Connect(t.Context(), u.String())
	}
	before, err := api("mtbwiki")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = before.Close(t.Context()) }()

	for range 2 {
		if got, err := r.step(t.Context(), request{"prepare"}); err != nil || !got.Done {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	if conn, err := api("mtbwiki_next"); err == nil {
		t.Error("the API could connect before it was verified")
		_ = conn.Close(t.Context())
	}
	swap := func(want string) {
		t.Helper()
		got, err := r.step(t.Context(), request{"swap"})
		if want == "" && (err != nil || !got.Done) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Fatalf("%+v, %v, want %q", got, err, want)
		}
	}
	swap("mtbwiki_next isn't verified")
	if err := before.Ping(t.Context()); err != nil {
		t.Errorf("the database in use is gone: %v", err)
	}
	// What the Lambda mask does.
	super, err := url.Parse(cluster.SuperuserURL())
	if err != nil {
		t.Fatal(err)
	}
	super.Path = "/mtbwiki_next"
	filler, err := pgx.Connect(t.Context(), super.String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := filler.Exec(t.Context(), "ALTER ROLE mtbwiki_migrator PASSWORD 'only-for-tests'"); err != nil {
		t.Fatal(err)
	}
	next, err := url.Parse(cluster.URL("mtbwiki_migrator", "only-for-tests"))
	if err != nil {
		t.Fatal(err)
	}
	next.Path = "/mtbwiki_next"
	if _, err := database.Migrate(t.Context(), next.String(), database.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := filler.Exec(t.Context(), "COMMENT ON SCHEMA wiki IS '"+masking.Verified+"'; CREATE TABLE wiki.here (); ", pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatal(err)
	}
	if err := filler.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	swap("")
	swap("") // a repeated call
	after, err := api("mtbwiki")
	if err != nil {
		t.Fatalf("the API can't go on: %v", err)
	}
	defer func() { _ = after.Close(t.Context()) }()
	var there bool
	if err := after.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'here')").Scan(&there); err != nil || !there {
		t.Errorf("the database in use is the old one: %v", err)
	}
	if err := after.QueryRow(t.Context(), "SELECT count(*) >= 0 FROM api.trails('{}', 'en')").Scan(&there); err != nil || !there {
		t.Errorf("the API can't read: %v", err)
	}
	if conn, err := api("mtbwiki_next"); err == nil {
		t.Error("the next database is still there")
		_ = conn.Close(t.Context())
	}

	// Interrupted between dropping one and renaming the other.
	if _, err := r.step(t.Context(), request{"prepare"}); err != nil {
		t.Fatal(err)
	}
	super.Path = "/mtbwiki_next"
	for began := time.Now(); ; {
		if filler, err = pgx.Connect(t.Context(), super.String()); err == nil || time.Since(began) > time.Minute {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := filler.Exec(t.Context(), "CREATE SCHEMA wiki; COMMENT ON SCHEMA wiki IS '"+masking.Verified+"'", pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatal(err)
	}
	if err := filler.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.run(t.Context(), `DROP DATABASE mtbwiki WITH (FORCE)`); err != nil {
		t.Fatal(err)
	}
	swap("")
	last, err := api("mtbwiki")
	if err != nil {
		t.Fatalf("the API can't go on: %v", err)
	}
	_ = last.Close(t.Context())
}

// TestSettings holds that each setting is needed and said to be.
func TestSettings(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_REGION": "us-west-2", "STAGE": "gamma", "SOURCE": "s", "CLONE": "c", "SUBNET_GROUP": "g", "PARAMETER_GROUP": "p", "SECURITY_GROUP": "x",
		"MAX_CAPACITY": "16", "MASK_ROLE": "m", "CONNECT_ARN": "a%s", "CLUSTER_ARN": "k", "ADMIN_SECRET_ARN": "q", "DATABASE": "mtbwiki", "NEXT_DATABASE": "mtbwiki_next",
	} {
		t.Setenv(name, value)
	}
	if _, err := newRefresh(); err != nil {
		t.Fatal(err)
	}
	t.Setenv("MAX_CAPACITY", "many")
	if _, err := newRefresh(); err == nil || !strings.Contains(err.Error(), "MAX_CAPACITY") {
		t.Errorf("got %v", err)
	}
	t.Setenv("CLONE", "")
	if _, err := newRefresh(); err == nil || !strings.Contains(err.Error(), "lacks CLONE") {
		t.Errorf("got %v", err)
	}
}
