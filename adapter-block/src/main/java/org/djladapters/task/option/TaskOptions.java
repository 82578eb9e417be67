/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.option;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.Augmentation;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TrainedTurns;
import org.djladapters.io.Internal;
import org.djladapters.model.AdaptedModel;

/** The options of a training run that a kind of task reads. */
@Internal
public interface TaskOptions {

    AdaptedModel model();

    AdapterConfig config();

    LabelledData train();

    LabelledData dev();

    /** The kind of task that was chosen. */
    Optional<TaskKind> task();

    /** The metric that was chosen. */
    Optional<String> metric();

    OptionalInt maxLength();

    OptionalInt imageSize();

    OptionalInt stride();

    Optional<Boolean> chatTemplate();

    Optional<TrainedTurns> trainOn();

    boolean packing();

    Optional<Double> beta();

    List<Augmentation> augmentations();

    Optional<HeadConfig.Pooling> pooling();

    Optional<HeadConfig.PairEncoding> pairEncoding();

    boolean newHead();

    ClassWeights classWeights();

    double labelSmoothing();

    Thresholds thresholds();

    EmbeddingOptions embedding();

    /** The model that is learned from. */
    Optional<TeacherOptions> teacher();

    /** The search that must not get worse. */
    Optional<Guard> guard();

    /** Tells the user something of the run. */
    void note(String note);

    /** Warns the user. */
    void warn(String warning);
}
