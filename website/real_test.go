package website_test

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
)

func TestReal(t *testing.T) {
	base := os.Getenv("REAL")
	if base == "" {
		t.Skip()
	}
	login := func(name, pw string) *visitor {
		b := &bundle{t: t, url: base}
		v := b.visitor()
		form := v.get("/sign-in").formValues("form")
		form.Set("username", name)
		form.Set("password", pw)
		a := v.postTo(base+"/identity/oauth2/authorize", form)
		fmt.Println("signed in", name, a.status, a.at)
		return v
	}
	rider, mo := login("rider", os.Getenv("RPW")), login("moderator", os.Getenv("MPW"))
	for _, page := range []string{"/trails/daydream-descent", "/trails/figment-of-imagination", "/systems/imaginary-ridge", "/routes/the-grand-fabrication", "/systems/squamish"} {
		a := rider.get(page + "/edit")
		u := rider.post(page+"/edit", a.formValues("form#edit"))
		fmt.Println("untouched", page, a.status, u.status, u.at)
		if !strings.Contains(u.at, "done=unchanged") {
			fmt.Println(u.text())
		}
	}
	const edit = "/trails/daydream-descent/edit"
	f := rider.get(edit).formValues("form#edit")
	stale := rider.get(edit).formValues("form#edit")
	f.Set("personality", "Thirty berms, and one you will remember.")
	f.Set("gates", "1")
	f.Set("difficulty.0.axes.2.worst", "1.5")
	f.Set("comment", "rode it")
	u := rider.post(edit, f)
	fmt.Println("edit", u.status, u.at, len(u.text()))
	if u.status != 200 {
		fmt.Println(u.text())
	}
	stale.Set("personality", "Stale words.")
	stale.Set("maintenance", "Raked.")
	c := rider.post(edit, stale)
	fmt.Println("conflict", c.status)
	u = rider.post(edit, c.formValues("form#edit"))
	fmt.Println("after conflict", u.status, u.at)
	f = rider.get(edit).formValues("form#edit")
	f.Set("name", "Daydream Descent II")
	c = rider.post(edit, f)
	fmt.Println("careful", c.status, strings.Contains(c.body, "second pair of eyes"))
	g := c.formValues("form#edit")
	g.Set("action", "propose")
	p := rider.post(edit, g)
	fmt.Println("proposed", p.status, p.at)
	if p.status != 200 {
		fmt.Println(p.text())
	}
	path := strings.TrimPrefix(strings.Split(p.at, "?")[0], base)
	fmt.Println("list", mo.get("/proposals").status, strings.Contains(mo.get("/proposals").body, path))
	d := mo.post(path, url.Values{"decision": {"accept"}, "note": {"ok"}})
	fmt.Println("accepted", d.status, d.at)
	if d.status != 200 {
		fmt.Println(d.text())
	}
	f = rider.get(edit).formValues("form#edit")
	f.Set("flow", "9")
	u = rider.post(edit, f)
	fmt.Println("invalid", u.status, strings.Contains(u.body, `id="flow-problem"`))
	fmt.Println(u.text()[:400])
	f = rider.get(edit).formValues("form#edit")
	f.Set("difficulty.0.labels.0.label", "nonsense")
	u = rider.post(edit, f)
	fmt.Println("invalid nested", u.status, strings.Contains(u.body, `id="difficulty-problem"`))
	fmt.Println(u.text()[:300])
	tip := rider.get("/trails/figment-of-imagination").formValues("form.add-tip")
	tip.Set("body", "Look up at the saddle.")
	u = rider.post("/trails/figment-of-imagination/tips", tip)
	fmt.Println("tip", u.status, u.at, strings.Contains(u.body, "Look up at the saddle."))
	h := rider.get("/trails/daydream-descent/history")
	i := strings.Index(h.body, "/revisions/")
	r := rider.get(h.body[i : i+47])
	fmt.Println("revision", r.status, r.text()[:700])
	n := rider.get("/new/trails?system=").formValues("form#edit")
	sys := rider.get(edit).formValues("form#edit")["systemIds"]
	n.Set("name", "Freshly Made Up")
	n["systemIds"] = sys
	n.Set("type", "SINGLETRACK")
	n.Set("direction", "BOTH")
	u = rider.post("/new/trails", n)
	fmt.Println("new trail", u.status, u.at)
	if u.status != 200 {
		fmt.Println(u.text())
	}
	me := rider.get("/me")
	mf := me.formValues("form.edit")
	mf.Set("name", "Rita Rider")
	mf.Set("units", "IMPERIAL")
	u = rider.post("/me", mf)
	fmt.Println("me", u.status, u.at)
	if u.status != 200 {
		fmt.Println(u.text())
	}
	fmt.Println("rider page", rider.get("/me").status, rider.get("/changes").status)
	am := mo.get("/trails/freshly-made-up/edit")
	fmt.Println("archive form", am.status)
	u = mo.post("/trails/freshly-made-up/archive", am.formValues(".put-away form"))
	fmt.Println("archived", u.status, u.at)
	fmt.Println("then", mo.get("/trails/freshly-made-up").status, rider.get("/trails/freshly-made-up").status)
	o := rider.post("/sign-out", nil)
	fmt.Println("out", o.status, o.at)
}
