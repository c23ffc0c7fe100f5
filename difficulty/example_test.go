package difficulty_test

import (
	"fmt"

	"github.com/mtbwiki/mtbwiki/difficulty"
)

// A rider who rides black at home asks what to start with elsewhere.
func ExampleTranslate() {
	home, away := difficulty.Offset(0), difficulty.Offset(1)
	t, err := difficulty.Translate(difficulty.Question{
		Axis: difficulty.TechnicalDescending, System: difficulty.IMBA, Label: "black", Home: &home, Away: &away,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("Your black is a %s there, between %s and %s. Start with %s.\n", t.Label, t.Low, t.High, t.StartWith)
	for _, reason := range t.Reasons {
		fmt.Println(reason)
	}
	// Output:
	// Your black is a blue there, between green and black. Start with green.
	// Opinion: your home is graded as elsewhere.
	// Opinion: the other place rides a step harder than its labels say.
}

func ExampleConvert() {
	c, err := difficulty.Convert(difficulty.Alps, "black", difficulty.STS)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Low, "to", c.High, "rough:", c.Rough, "by", c.Sources)
	_, err = difficulty.Convert(difficulty.UK, "blue", difficulty.IMBA)
	fmt.Println(err)
	// Output:
	// S3 to S5 rough: true by [lower-austria.info; mtbbergamo.it]
	// difficulty: no published mapping from United Kingdom to IMBA; show the original label
}
