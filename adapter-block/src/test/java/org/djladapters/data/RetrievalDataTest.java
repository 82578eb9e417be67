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
                                """
                                query_id\tcorpus_id\tscore
                                q3\tp1\t2
                                q1\tp2\t1
                                q2\tp1\t0
                                q3\tp2\t0.5
                                """));

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
                """
                'id
                1
                '|'query_id\tcorpus_id
                q\t1
                '|must be a header with the columns id, text\
                """,
                "'id\ttext\n1\ta\n1\tb\n'|'query_id\tcorpus_id\nq\t1\n'|line 3, has the id '1' for",
                "'id\ttext\n'|'query_id\tcorpus_id\nq\t1\n'|has a header but no examples",
                "'id\ttext\n1\ta\n'|'query\tcorpus\nq\t1\n'|columns query_id, corpus_id[, score]",
                """
                'id\ttext
                1\ta
                '|'query_id\tcorpus_id
                x\t1
                '|line 2, names the query 'x', which\
                """,
                """
                'id\ttext
                1\ta
                '|'query_id\tcorpus_id
                q\t2
                '|names the passage '2', which does\
                """,
                """
                'id\ttext
                1\ta
                '|'query_id\tcorpus_id\tscore
                q\t1\thigh
                '|has the score 'high'\
                """,
                "'id\ttext\n1\ta\n'|'query_id\tcorpus_id\tscore\nq\t1\t0\n'|names no passage that",
            })
    void refusesFilesThatDoNotFit(String corpus, String relevance, String message)
            throws IOException {
        Path queries = write("queries.tsv", "id\ttext\nq\twhat\n");
        Path passages = write("corpus.tsv", corpus);
        Path relevant = write("relevance.tsv", relevance);

        assertThatThrownBy(() -> RetrievalData.read(queries, passages, relevant))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
