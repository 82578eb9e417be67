/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClickLogTest {

    private static final String LOG =
            """
            time,query,passage,clicked,position
            1,oil,the pump,0,1
            1,oil,the tank,1,4
            2,oil,the tank,1,2
            2,leak,the pipe,1,1
            3,leak,the pump,1,50
            """;

    @TempDir private Path folder;

    private ClickLog.Builder log(String name, String text) throws IOException {
        return ClickLog.builder().setFile(Files.writeString(folder.resolve(name), text));
    }

    private static List<Double> weights(ClickLog.Pairs made) {
        return made.pairs().rows().stream().map(row -> row.weight().getAsDouble()).toList();
    }

    @Test
    void clicksCountMoreTheLowerTheyAreUpToALimit() throws IOException {
        ClickLog.Pairs made = log("log.csv", LOG).read();

        assertThat(made.pairs().rows())
                .extracting(PairData.Row::texts)
                .containsExactly(
                        List.of("oil", "the tank"),
                        List.of("leak", "the pipe"),
                        List.of("leak", "the pump"));
        // 4 + 2, 1, and 50, of which 10 count; the mean is 17 / 3
        assertThat(weights(made)).containsExactly(1.05882, 0.176471, 1.76471);
        assertThat(made.shown()).isEqualTo(5);
        assertThat(made.clicks()).isEqualTo(4);
        assertThat(made.capped()).isOne();
        assertThat(made.positions())
                .contains(new ClickLog.Position(1, 2, 1, 1), new ClickLog.Position(4, 1, 1, 4));
        // 2 + sqrt(2), 1, and sqrt(50)
        double mean = (2 + Math.sqrt(2) + 1 + Math.sqrt(50)) / 3;
        assertThat(weights(log("log.csv", LOG).optEta(0.5).read()).get(0))
                .isCloseTo((2 + Math.sqrt(2)) / mean, within(1e-5));
    }

    @Test
    void rowsStandForSeveralAndIdsForPassages() throws IOException {
        String text =
                """
                {"query": "oil", "id": 7, "clicked": true, "count": 3}
                {"query": "oil", "id": "9", "clicked": 0, "count": 5}
                {"query": "oil", "id": "gone", "clicked": 1, "count": 1}
                {"query": "leak", "id": "9", "clicked": 1, "count": 1}
                """;

        ClickLog.Pairs made =
                log("log.jsonl", text)
                        .optCorpus(Corpus.of(Map.of("7", "the pump", "9", "the pipe")))
                        .optEta(0)
                        .read();

        assertThat(weights(made)).containsExactly(1.5, 0.5);
        assertThat(made.pairs().rows().get(1).second()).isEqualTo("the pipe");
        assertThat(made.unknown()).isOne();
        assertThat(made.shown()).isEqualTo(10);
    }

    @Test
    void whatIsSkippedAboveAClickIsNegative() throws IOException {
        String text =
                """
                search\tquery\tpassage\tclicked\tposition
                1\toil\ta\t0\t1
                1\toil\tb\t0\t2
                1\toil\tc\t1\t3
                1\toil\td\t0\t4
                2\toil\ta\t0\t1
                2\toil\tc\t1\t2
                3\toil\tb\t1\t1
                """;

        ClickLog.Pairs made = log("log.tsv", text).optSkipped(true).read();

        // b was clicked in another search
        assertThat(made.pairs().rows())
                .extracting(PairData.Row::texts)
                .containsExactly(List.of("oil", "c", "a"));
        assertThat(weights(made)).containsExactly(1.0);
        assertThatThrownBy(() -> log("log.tsv", text + "1\toil\te\t0\t5\n").optSkipped(true).read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 9, is of the search '1', whose other rows");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "query,passage,clicked\\na,b,1\\n|has no column 'position'",
                "query,passage,clicked,position\\na,b,2,1\\n|line 2, has '2' in the column clicked",
                "query,passage,clicked,position\\n"
                        + "a,b,1,0\\n"
                        + "|line 2, has '0' in the column position",
                "query,passage,clicked,position\\n"
                        + "a,b,1,1.5\\n"
                        + "|where a whole number from 1 is needed",
                "query,passage,clicked,position\\na,,1,1\\n|line 2, has an empty passage",
                "query,passage,clicked,position,count\\na,b,1,1,-1\\n|'-1' in the column count",
                "query,passage,clicked,position\\n"
                        + "a,b,0,1\\n"
                        + "|has no click on a passage that is known",
            })
    void whatCanNotBeReadIsNamed(String text, String message) throws IOException {
        ClickLog.Builder log = log("log.csv", text.replace("\\n", "\n"));
        assertThatThrownBy(log::read)
                .hasMessageContaining("log.csv'")
                .hasMessageContaining(message);
    }

    @Test
    void numbersHaveRanges() throws IOException {
        ClickLog.Builder log = log("log.csv", LOG);
        assertThatThrownBy(() -> log.optEta(-1).read())
                .hasMessage("The exponent of positions (eta) must be from 0 to 3, got -1");
        assertThatThrownBy(() -> log.optEta(1).optMost(0.5).read())
                .hasMessage("The limit of what a pair counts must be from 1 to 1000000, got 0.5");
    }
}
