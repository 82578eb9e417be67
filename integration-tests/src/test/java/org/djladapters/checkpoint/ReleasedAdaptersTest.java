/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Application;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.task.Tasks;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What earlier versions wrote is loaded, and does what it did. */
class ReleasedAdaptersTest {

    /**
     * A few layers of sums of some hundred products of size one in float32, in the order of another
     * processor: some 40 units in the last place of the largest output.
     */
    private static final float FLOAT32 = 40 * Math.ulp(1f);

    private static final Path SOURCES = Path.of("src", "test", "resources", "released");

    static Stream<Named<Path>> directories() throws IOException {
        Path root = TinyAdapters.resource("released");
        return ReleasedAdapters.directories(root).stream()
                .map(directory -> Named.of(root.relativize(directory).toString(), directory));
    }

    /** Opened once each, since opening takes longer than the rest. */
    private static final Map<String, AdaptedModel> MODELS = new HashMap<>();

    @AfterAll
    static void close() {
        MODELS.values().forEach(AdaptedModel::close);
        MODELS.clear();
    }

    @ParameterizedTest
    @MethodSource("directories")
    void predictsAsItDid(Path directory) throws Exception {
        AdaptedModel model = model(directory);
        AdapterDirectory.load(model, "released", directory);
        try {
            model.activate("released");
            assertOutputs(model, directory);
            model.merge();
            assertOutputs(model, directory);
            model.unmerge();
        } finally {
            model.delete("released");
        }
    }

    @ParameterizedTest
    @MethodSource("directories")
    void doesTheSameWrittenAnew(Path directory, @TempDir Path folder) throws Exception {
        AdaptedModel model = model(directory);
        Path written = folder.resolve("written");
        AdapterDirectory.load(model, "released", directory);
        AdapterDirectory.save(model, "released", written);
        model.delete("released");
        AdapterDirectory.load(model, "written", written);
        try {
            model.activate("written");
            assertOutputs(model, directory);
        } finally {
            model.delete("written");
        }
    }

    @Test
    void aTrainedOneTellsItsTaskAndProvenance() throws Exception {
        for (Named<Path> named : directories().toList()) {
            Path directory = named.getPayload();
            Path provenance = directory.resolve(AdapterDirectory.PROVENANCE);
            if (Files.exists(provenance)) {
                Provenance record = Provenance.read(provenance);
                assertThat(record.metrics())
                        .as(named.getName())
                        .containsKey(record.options().get("metric"));
                if (record.options().get("task").equals("PREFERENCE")) {
                    assertThat(record.options()).containsEntry("beta", "0.2");
                    assertThat(Tasks.application(directory))
                            .isEqualTo(Application.NLP.TEXT_GENERATION);
                } else {
                    assertThat(AdapterDirectory.labels(directory))
                            .containsExactlyInAnyOrder("down", "up");
                    assertThat(Tasks.application(directory))
                            .isEqualTo(Application.NLP.TEXT_CLASSIFICATION);
                }
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "released.write", matches = ".+")
    void writesThoseOfARelease() throws Exception {
        ReleasedAdapters.write(SOURCES, System.getProperty("released.write"));
    }

    private static AdaptedModel model(Path directory) throws IOException {
        String name = ReleasedAdapters.model(directory);
        if (!MODELS.containsKey(name)) {
            MODELS.put(name, TinyAdapters.open(name));
        }
        return MODELS.get(name);
    }

    private static void assertOutputs(AdaptedModel model, Path directory) throws Exception {
        Path recorded = directory.resolve(ReleasedAdapters.EXPECTED);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile expected = SafetensorsFile.open(recorded)) {
            NDList outputs = model.predict(TinyAdapters.inputs(model, recorded, manager));
            outputs.attach(manager);
            for (NDArray output : outputs) {
                NDArray wanted = expected.read(manager, "output." + output.getName());
                assertThat(output.getShape()).isEqualTo(wanted.getShape());
                float largest = Math.max(1, wanted.abs().max().getFloat());
                assertThat(output.sub(wanted).abs().max().getFloat())
                        .as("largest difference of %s", output.getName())
                        .isLessThan(FLOAT32 * largest);
            }
        }
    }
}
