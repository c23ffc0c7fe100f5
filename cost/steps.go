package cost

// Step is something that may be switched on.
type Step struct {
	What, Buys string
	USD        float64 // a month, under the load
}

// apiParts are the resolvers and data sources of the API, about: what enhanced metrics
// count.
const apiParts = 70

// Steps are what the settings leave out, with what each would cost and buy.
func Steps(prices map[string]Price, load Load) []Step {
	requests := load.PageViews * load.RequestsPerPage
	usd := func(price string, quantity float64) float64 { return quantity * prices[price].USD }
	return []Step{
		{"gamma awake (database.minCapacity 0.5)", "no wait of some 15 s for the first request after a pause, and latencies there that tell of Prod's", usd("aurora-acu-hour", 0.5*hours)},
		{"a reader in Prod (database.readers 1)", "another instance takes over from a writer that fails, instead of a new one being made; the Data API reads from the writer only", usd("aurora-acu-hour", 0.5*hours)},
		{"firewall in Gamma (api.wafRequestsPer5Minutes)", "rate limits tried before they are in Prod", usd("waf-acl", 1) + usd("waf-rule", 1)},
		{"enhanced metrics in Prod (api.enhancedMetrics), if billed as custom metrics", "each resolver's requests, time and errors: what the wiki is used for, on the dashboard", usd("custom-metric", 3*apiParts)},
		{"a cache in Prod (api.caching SMALL), at a price that no source confirms", "vocabularies without the database, which the website keeps itself: little, until more fields have caching keys", usd("appsync-cache-small-hour", hours)},
		{"own keys in Prod (customerKeys)", "logs, alarms, Lambdas and the key of cookies encrypted with keys that the account can take away: the stage's and the network's", usd("kms-key", 2)},
		{"X-Ray in another stage (api.xray)", "where the time of a request goes", usd("xray-trace", requests/1e6)},
		{"twice the load in Prod", "twice the visits, if one more capacity unit on average carries them", usd("appsync-operation", requests/1e6) + usd("aurora-acu-hour", hours)},
	}
}
