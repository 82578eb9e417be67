/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import org.djladapters.examples.report.Block.Bullets;
import org.djladapters.examples.report.Block.Details;
import org.djladapters.examples.report.Block.Gallery;
import org.djladapters.examples.report.Block.Heading;
import org.djladapters.examples.report.Block.Paragraph;
import org.djladapters.examples.report.Block.Picture;
import org.djladapters.examples.report.Block.Rows;
import org.junit.jupiter.api.Test;

class PagesTest {

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 0, -1};

    private static final List<Block> BLOCKS =
            List.of(
                    new Heading(1, "A & B"),
                    new Heading(2, "<script>alert('x')</script>"),
                    new Paragraph("a_b *c* `d` [e](f) | #g ~h~"),
                    new Bullets(List.of("first\nsecond", "\"third\"")),
                    new Rows().add("a|b\nc", "1.5 ± 0.2 (3)").under("x|y", "z"),
                    new Gallery(List.of(new Picture("p.png", "\"<q>\"", ByteBuffer.wrap(PNG)))),
                    new Details("<i>", List.of(new Paragraph("folded"))));

    @Test
    void markdownTakesNoTextForMarks() {
        assertThat(Markdown.of(BLOCKS))
                .isEqualTo(
                        """
                        # A \\& B

                        ## \\<script\\>alert('x')\\</script\\>

                        a\\_b \\*c\\* \\`d\\` \\[e\\](f) \\| \\#g \\~h\\~

                        - first second
                        - "third"

                        | x\\|y | z |
                        |---|---|
                        | a\\|b c | 1.5 ± 0.2 (3) |

                        !["\\<q\\>"](p.png)

                        <details><summary>&lt;i&gt;</summary>

                        folded

                        </details>
                        """);
    }

    @Test
    void thePageTakesNoTextForMarks() {
        assertThat(Html.of(BLOCKS))
                .contains("<title>A &amp; B</title>")
                .contains("<h2 id=\"s1\">&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</h2>")
                .contains("<li>&quot;third&quot;</li>")
                .contains("alt=\"&quot;&lt;q&gt;&quot;\"")
                .contains("<details><summary>&lt;i&gt;</summary>\n<p>folded</p>\n</details>")
                .doesNotContain("<script");
    }

    @Test
    void thePageNeedsNothingElse() {
        String html = Html.of(BLOCKS);

        assertThat(html)
                .contains(
                        "src=\"data:image/png;base64,"
                                + Base64.getEncoder().encodeToString(PNG)
                                + "\"")
                .contains("name=\"viewport\"")
                .contains("@media print")
                .contains("<a href=\"#s1\">")
                .doesNotContain("http:", "https:", "<link", "url(");
    }

    @Test
    void numbersStandToTheRight() {
        for (String number :
                List.of(
                        "–",
                        "1,000",
                        "1–3",
                        "73 times fewer",
                        "81.3 ± 0.1",
                        "-0.3 (-0.5 to +0.1)",
                        "98.3 % (97.1 to 99.5)",
                        "63.0 to 64.1",
                        "30.1 KB")) {
            assertThat(Html.of(List.of(new Rows().add(number).under("x"))))
                    .contains("<td class=\"number\">" + number);
        }
        assertThat(Html.of(List.of(new Rows().add("1, 2 and words").under("x"))))
                .contains("<td>1, 2 and words");
    }
}
