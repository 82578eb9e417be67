/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.data.TextData;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that was interrupted goes on with the products that it began with. */
class ResumedMatmulTest {

    private static final String BERT = "tiny-bert";

    /** What no measurement chooses. */
    private static final Matmul UNUSUAL = new Matmul(7);

    @TempDir private Path folder;

    /** The model's products after the run. */
    private Matmul after;

    @BeforeEach
    void needOneDnn() {
        assumeThatCode(UNUSUAL::requireAvailable).doesNotThrowAnyException();
    }

    @Test
    void goesOnWithWhatItBeganWith() throws IOException {
        Map<String, float[]> whole = train(UNUSUAL, new Runs.Recorder());
        stop(UNUSUAL);

        Runs.Recorder recorder = new Runs.Recorder();
        Map<String, float[]> resumed = train(null, recorder);

        assertThat(recorder.notes)
                .containsExactly(
                        "The run computes matrix products by onednn:7, as it did before, and"
                                + " not by "
                                + Matmul.fastest(),
                        "Resuming after epoch 1");
        assertThat(recorder.epochs).containsExactly(2, 3);
        assertThat(after).isEqualTo(UNUSUAL);
        assertThat(resumed).usingRecursiveComparison().isEqualTo(whole);
        assertThat(recorded()).isEqualTo("onednn:7");
    }

    @Test
    void saysNothingIfTheSameWasChosen() throws IOException {
        stop(UNUSUAL);
        Runs.Recorder recorder = new Runs.Recorder();
        train(UNUSUAL, recorder);
        assertThat(recorder.notes).containsExactly("Resuming after epoch 1");
    }

    @Test
    void isRefusedIfAnotherOneWasChosen() throws IOException {
        stop(UNUSUAL);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> train(Matmul.MKL, new Runs.Recorder()))
                .withMessage(
                        "The training began with matrix products by onednn:7, but this model uses"
                            + " mkl; choose onednn:7 or leave the choice open to resume, or start"
                            + " over");
        Runs.Recorder recorder = new Runs.Recorder();
        train(null, recorder);
        assertThat(recorder.epochs).as("the state was kept").containsExactly(2, 3);
    }

    @Test
    void leavesTheModelWithItsOwnIfItFails() throws IOException {
        stop(UNUSUAL);
        assertThatThrownBy(() -> train(null, new Runs.Recorder().stopAt(2, 1)))
                .isInstanceOf(Runs.StoppedException.class);
        assertThat(after).isEqualTo(Matmul.fastest());
    }

    @Test
    void aStateThatDoesNotTellIsOneOfTheEnginesOwn() throws IOException {
        stop(UNUSUAL);
        rewriteState(progress -> progress.remove("matmul"));
        train(null, new Runs.Recorder());
        assertThat(after).isEqualTo(Matmul.MKL);
        assertThat(recorded()).isEqualTo("mkl");
    }

    @Test
    void aStateThatTellsNonsenseIsNotUsed() throws IOException {
        stop(UNUSUAL);
        rewriteState(progress -> progress.addProperty("matmul", "abacus"));
        Runs.Recorder recorder = new Runs.Recorder();
        train(null, recorder);
        assertThat(recorder.notes)
                .singleElement()
                .asString()
                .contains("does not record how matrix products were computed", "starts over");
    }

    private String recorded() throws IOException {
        return Provenance.read(folder.resolve("adapter/provenance.json")).options().get("matmul");
    }

    private void stop(Matmul matmul) {
        assertThatThrownBy(() -> train(matmul, new Runs.Recorder().stopAt(2, 1)))
                .isInstanceOf(Runs.StoppedException.class);
    }

    private Map<String, float[]> train(Matmul matmul, Runs.Recorder recorder) throws IOException {
        TextData data = Runs.texts(folder.resolve("train.tsv"), 24, "no", "yes");
        try (AdaptedModel model = Runs.open(BERT, matmul)) {
            try {
                Runs.builder(model, BERT, data, data, folder.resolve("adapter"))
                        .optOverwrite(true)
                        .optListener(recorder)
                        .build()
                        .run();
                recorder.notes.removeIf(note -> note.contains("get no gradients"));
                return Runs.values(model.adapter("default"));
            } finally {
                after = model.matmul();
            }
        }
    }

    /** Changes what the state tells of its progress, as if it had been written so. */
    private void rewriteState(Consumer<JsonObject> change) throws IOException {
        Path file = folder.resolve("adapter.partial/state.safetensors");
        Map<String, String> text;
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> arrays;
            try (SafetensorsFile state = SafetensorsFile.open(file)) {
                text = new HashMap<>(state.metadata());
                arrays = state.readAll(manager);
            }
            JsonObject progress = JsonParser.parseString(text.get("progress")).getAsJsonObject();
            change.accept(progress);
            text.put("progress", progress.toString());
            CRC32C sum = new CRC32C();
            sum.update(progress.toString().getBytes(StandardCharsets.UTF_8));
            new TreeMap<>(arrays).values().forEach(array -> sum.update(array.toByteBuffer()));
            text.put("checksum", Long.toHexString(sum.getValue()));
            SafetensorsFile.write(file, arrays, text);
        }
    }
}
