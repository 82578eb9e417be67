/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.data.Corpus;
import org.djladapters.data.HeldOutSplit;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;

/** The data of a task. Test data are read only on request. */
final class SweepData {

    private final SweepFile.Task task;
    private final Path folder;
    private final Optional<TaskKind> kind;
    private final LabelledData train;
    private final LabelledData dev;
    private LabelledData test;

    /**
     * Reads training data and perhaps development data.
     *
     * @param folder the folder that paths of data are relative to
     * @param kind the kind of task, if it is given
     * @param opensDev whether development data are read
     * @throws IllegalArgumentException if there is a corpus for another task than embeddings
     */
    SweepData(SweepFile.Task task, Path folder, Optional<TaskKind> kind, boolean opensDev)
            throws IOException {
        if (task.corpus() != null && !kind.equals(Optional.of(TaskKind.EMBEDDING))) {
            throw new IllegalArgumentException(
                    ("The task '%s' has a corpus, which is for embeddings; leave it out, or add"
                                    + " --task embedding to its 'training'")
                            .formatted(task.name()));
        }
        if (task.corpusVectors() != null && task.corpus() == null) {
            throw new IllegalArgumentException(
                    "The task '%s' has corpus_vectors without a corpus; add it, or leave them out"
                            .formatted(task.name()));
        }
        this.task = task;
        this.folder = folder;
        this.kind = kind;
        Path learned = folder.resolve(task.train());
        train =
                kind.isPresent()
                        ? LabelledData.readTrain(learned, kind.get())
                        : LabelledData.readTrain(learned);
        dev = opensDev && task.dev() != null ? readDev(folder.resolve(task.dev())) : null;
    }

    private LabelledData readDev(Path file) throws IOException {
        if (task.corpus() != null) {
            return retrieval(file);
        }
        return kind.isPresent()
                ? LabelledData.readDev(file, kind.get())
                : LabelledData.readDev(file);
    }

    private RetrievalData retrieval(Path file) throws IOException {
        Path corpus = folder.resolve(task.corpus());
        RetrievalData data = RetrievalData.of(PairData.read(file), Corpus.read(corpus));
        return task.corpusVectors() == null
                ? data
                : data.withVectors(folder.resolve(task.corpusVectors()));
    }

    Optional<TaskKind> kind() {
        return kind;
    }

    /** Returns the number of training examples that a seed draws. */
    int drawn() {
        return task.examples() == null ? train.size() : Math.min(task.examples(), train.size());
    }

    /** Returns the record of the training file, with the number of examples that are drawn. */
    Provenance.Source trainSource() {
        Provenance.Source all = source(train);
        return new Provenance.Source(all.name(), all.sha256(), drawn());
    }

    static Provenance.Source source(LabelledData data) {
        String name = data.source().toAbsolutePath().normalize().getFileName().toString();
        return new Provenance.Source(name, data.sha256(), data.size());
    }

    /**
     * Draws the examples of a seed, the same for all methods, and holds a part of them out. With a
     * corpus, held-out queries are searched among the passages of all drawn examples.
     */
    HeldOutSplit draw(double heldOut, long seed) {
        LabelledData drawn = train.sample(drawn(), seed);
        HeldOutSplit parts = HeldOutSplit.of(drawn, heldOut, seed);
        return task.corpus() == null
                ? parts
                : new HeldOutSplit(
                        parts.train(),
                        RetrievalData.of((PairData) parts.heldOut(), passages((PairData) drawn)));
    }

    private static Corpus passages(PairData pairs) {
        Map<String, String> passages = new LinkedHashMap<>();
        pairs.rows().forEach(row -> passages.put(Long.toString(row.line()), row.second()));
        return Corpus.of(passages);
    }

    /** Returns the development data; null if there are none, or they are not used. */
    LabelledData dev() {
        return dev;
    }

    boolean hasTest() {
        return task.test() != null;
    }

    /** Reads the test data. */
    synchronized LabelledData test() throws IOException {
        if (test == null) {
            Path file = folder.resolve(task.test());
            if (task.corpus() != null) {
                test = retrieval(file);
            } else {
                test =
                        kind.isPresent()
                                ? LabelledData.read(file, kind.get())
                                : LabelledData.read(file);
            }
        }
        return test;
    }
}
