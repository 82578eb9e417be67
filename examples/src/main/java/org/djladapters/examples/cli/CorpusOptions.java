/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.djladapters.data.Corpus;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that name the passages that embeddings search. */
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class CorpusOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--corpus",
            paramLabel = "FILE",
            description =
                    "Embeddings: passages among which those of the pairs are searched, a TSV file"
                            + " with the columns id and text. Default: the passages of the pairs.")
    private Path corpus;

    @Option(
            names = "--relevance",
            paramLabel = "FILE",
            description =
                    "With --corpus: which passages are relevant to which queries, a TSV file with"
                            + " the columns query_id, corpus_id and optionally score. The queries"
                            + " then have the columns id and text. Default: sentence2 is relevant"
                            + " to sentence1.")
    private Path relevance;

    /** Tells whether a corpus is given. */
    boolean isGiven() {
        if (relevance != null && corpus == null) {
            throw Usage.wrong(command, "--relevance needs --corpus, the passages it names");
        }
        return corpus != null;
    }

    /**
     * Reads queries that are searched in the corpus.
     *
     * @param queries pairs, or queries if their relevance is given
     * @param columns the columns of the pairs
     */
    RetrievalData read(Path queries, ColumnOptions columns) throws IOException {
        check(columns);
        return relevance == null
                ? RetrievalData.of(columns.readPairs(queries), Corpus.read(corpus))
                : RetrievalData.read(queries, corpus, relevance);
    }

    /**
     * Reads queries to make training data of; without a corpus, their own passages are searched.
     */
    RetrievalData readToTrain(Path queries, ColumnOptions columns) throws IOException {
        if (isGiven() && relevance != null) {
            return read(queries, columns);
        }
        PairData pairs = columns.readWeightedPairs(queries);
        return corpus == null
                ? RetrievalData.of(pairs)
                : RetrievalData.of(pairs, Corpus.read(corpus));
    }

    /** Checks that columns are named for pairs, not for queries. */
    void check(ColumnOptions columns) {
        if (relevance != null && columns.isGiven()) {
            throw Usage.wrong(
                    command,
                    "--relevance takes queries in the columns id and text; leave out"
                            + " --text-column and the like");
        }
    }

    /** Reads queries likewise; without a corpus, the passages of the pairs are searched. */
    RetrievalData readOrOwn(Path queries, ColumnOptions columns) throws IOException {
        return isGiven() ? read(queries, columns) : RetrievalData.of(columns.readPairs(queries));
    }
}
