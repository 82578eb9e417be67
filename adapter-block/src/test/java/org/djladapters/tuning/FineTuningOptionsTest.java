/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.HeldOutSplit;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuningOptionsTest {

    private static final String BERT = "tiny-bert";

    @TempDir private Path folder;

    @Test
    void copiesDifferInWhatWasChangedOnly() throws IOException {
        TextData data = Runs.texts(folder.resolve("train.tsv"), 8, "no", "yes");
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner.Builder builder =
                    Runs.builder(model, BERT, data, data, folder.resolve("a"))
                            .optPooling(HeadConfig.Pooling.CLS)
                            .optTask(TaskKind.CLASSIFICATION)
                            .optMetric("f1")
                            .optMaxLength(16)
                            .optWeightDecay(0.1)
                            .optResume(false)
                            .optSeed(7);
            FineTuner tuner = builder.build();
            FineTuningOptions options = tuner.options();
            ProgressListener listener = new Runs.Recorder();

            assertThat(tuner.toBuilder().build().options()).isEqualTo(options);
            FineTuner other = tuner.toBuilder().optSeed(8).build();
            assertThat(other.options()).isEqualTo(builder.optSeed(8).build().options());
            assertThat(other.options()).isNotEqualTo(options);
            assertThat(other.toBuilder().optSeed(7).build().options()).isEqualTo(options);
            FineTuningOptions changed =
                    tuner.toBuilder()
                            .setOutput(folder)
                            .optListener(listener)
                            .optOverwrite(true)
                            .build()
                            .options();
            assertThat(changed.output()).isEqualTo(folder);
            assertThat(changed.listener()).isSameAs(listener);
            assertThat(changed.overwrite()).isTrue();
        }
    }

    @Test
    void aBuilderThatChangesLaterChangesNoRun() throws IOException {
        TextData data = Runs.texts(folder.resolve("train.tsv"), 8, "no", "yes");
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner.Builder builder =
                    Runs.builder(model, BERT, data, data, folder.resolve("a")).optSeed(7);
            FineTuner tuner = builder.build();
            builder.optSeed(8).setOutput(folder.resolve("b"));

            assertThat(tuner.options().seed()).isEqualTo(7);
            assertThat(tuner.options().output()).isEqualTo(folder.resolve("a"));
        }
    }

    @Test
    void aShareOfTheTrainingDataIsHeldOutBySeed() throws IOException {
        TextData data = Runs.texts(folder.resolve("train.tsv"), 40, "no", "yes");
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner.Builder builder =
                    Runs.builder(model, BERT, data, null, folder.resolve("a"))
                            .optDevSplit(0.2)
                            .optSeed(7);
            FineTuner tuner = builder.build();
            FineTuningOptions options = tuner.options();
            FineTuningOptions others = tuner.toBuilder().optSeed(8).build().options();
            HeldOutSplit parts = HeldOutSplit.of(data, 0.2, 7);

            assertThat(options.train().sha256()).isEqualTo(parts.train().sha256());
            assertThat(options.dev().sha256()).isEqualTo(parts.heldOut().sha256());
            assertThat(options.dev().size()).isEqualTo(8);
            assertThat(options.devSplit()).contains("0.2 by seed 7");
            // what is trained with other seeds is measured on the same examples
            assertThat(others.dev()).isSameAs(options.dev());
            assertThat(others.devSplit()).contains("0.2 by seed 7");
            assertThat(tuner.prepare().provenance().options())
                    .containsEntry("dev_split", "0.2 by seed 7");
            assertThat(builder.optSeed(8).build().options().dev().sha256())
                    .isNotEqualTo(options.dev().sha256());
        }
    }

    @Test
    void developmentDataAreGivenInOneWay() throws IOException {
        TextData data = Runs.texts(folder.resolve("train.tsv"), 8, "no", "yes");
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner.Builder builder = Runs.builder(model, BERT, data, data, folder.resolve("a"));
            assertThatThrownBy(() -> builder.optDevSplit(0.5).build())
                    .hasMessageContaining("both setDev and optDevSplit");
            FineTuner.Builder none = Runs.builder(model, BERT, data, null, folder.resolve("a"));
            assertThatThrownBy(none::build).hasMessage("setDev or optDevSplit is missing");
            assertThatThrownBy(() -> builder.optDevSplit(0.7))
                    .hasMessage(
                            "The share that is held out must be more than 0 and at most 0.5, got"
                                    + " 0.7");
        }
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> FineTuner.builder().build())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("setModel is missing");
    }
}
