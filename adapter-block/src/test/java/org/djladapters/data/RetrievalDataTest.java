/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetrievalDataTest {

    @TempDir private Path folder;

    @Test
    void equalTextsAreOneQueryOrOnePassage() {
        PairData pairs =
                PairData.of(
                        List.of(
                                PairData.Row.of("q", "a"),
                                PairData.Row.of("r", "b"),
                                PairData.Row.of("q", "b")));

        RetrievalData data = RetrievalData.of(pairs);

        assertThat(data.passages()).containsExactly("a", "b");
        assertThat(data.queries())
                .containsExactly(
                        new RetrievalData.Query(1, "q", Map.of(0, 1.0, 1, 1.0)),
                        new RetrievalData.Query(2, "r", Map.of(1, 1.0)));
        assertThat(data.label(1)).isEqualTo("b");
    }

    @Test
    void aPassageBelongsToTheCorpusWhetherItStandsThereOrNot() throws IOException {
        PairData pairs = PairData.of(List.of(PairData.Row.of("q", "b"), PairData.Row.of("r", "c")));
        Corpus corpus = Corpus.read(write("corpus.tsv", "id\ttext\n1\ta\n2\tb\n3\tb\n"));

        RetrievalData data = RetrievalData.of(pairs, corpus);

        assertThat(data.passages()).containsExactly("a", "b", "c");
        assertThat(data.queries().get(0).relevant()).containsOnlyKeys(1);
        assertThat(data.queries().get(1).relevant()).containsOnlyKeys(2);
        assertThat(data.sha256()).isNotEqualTo(RetrievalData.of(pairs).sha256());
    }

    @Test
    void readsThreeFiles() throws IOException {
        RetrievalData data =
                RetrievalData.read(
                        write("queries.tsv", "text\tid\nhow\tq1\nwhy\tq2\nwho\tq3\n"),
                        write("corpus.tsv", "id\ttext\np1\tso\np2\tbecause\n"),
                        write(
                                "relevance.tsv",
                                table(
                                        "query_id corpus_id score;q3 p1 2;q1 p2 1;q2 p1 0;"
                                                + "q3 p2 0.5")));

        assertThat(data.queries())
                .containsExactly(
                        new RetrievalData.Query(2, "how", Map.of(1, 1.0)),
                        new RetrievalData.Query(4, "who", Map.of(0, 2.0, 1, 0.5)));
        assertThat(data.where(1)).endsWith("queries.tsv', line 4");
    }

    @Test
    void pickedQueriesAreSearchedForAmongTheSamePassages() {
        RetrievalData data =
                RetrievalData.of(
                        PairData.of(List.of(PairData.Row.of("q", "a"), PairData.Row.of("r", "b"))));

        RetrievalData picked = data.pick(List.of(1));

        assertThat(picked.queries()).extracting(RetrievalData.Query::text).containsExactly("r");
        assertThat(picked.passages()).isEqualTo(data.passages());
        assertThat(picked.sha256()).isNotEqualTo(data.sha256());
        assertThat(data.sample(1, 3).size()).isEqualTo(1);
    }

    @Test
    void scoresDoNotTellWhatIsRelevant() {
        PairData scored = PairData.of(List.of(PairData.Row.scored("a", "b", 1)));

        assertThatThrownBy(() -> RetrievalData.of(scored))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give pairs without the column label");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "id;1|query_id corpus_id;q 1|must be a header with the columns id, text",
                "id text;1 a;1 b|query_id corpus_id;q 1|line 3, has the id '1' for",
                "id text|query_id corpus_id;q 1|has a header but no examples",
                "id text;1 a|query corpus;q 1|columns query_id, corpus_id[, score]",
                "id text;1 a|query_id corpus_id;x 1|line 2, names the query 'x', which",
                "id text;1 a|query_id corpus_id;q 2|names the passage '2', which does",
                "id text;1 a|query_id corpus_id score;q 1 high|has the score 'high'",
                "id text;1 a|query_id corpus_id score;q 1 0|names no passage that",
            })
    void refusesFilesThatDoNotFit(String corpus, String relevance, String message)
            throws IOException {
        Path queries = write("queries.tsv", "id\ttext\nq\twhat\n");
        Path passages = write("corpus.tsv", table(corpus));
        Path relevant = write("relevance.tsv", table(relevance));

        assertThatThrownBy(() -> RetrievalData.read(queries, passages, relevant))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    /** Lines with a semicolon after each but the last, and cells with a space between them. */
    private static String table(String lines) {
        return lines.replace(' ', '\t').replace(';', '\n') + "\n";
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
