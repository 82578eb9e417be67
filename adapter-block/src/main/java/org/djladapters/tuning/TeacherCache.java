/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.data.TeacherOutputs;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.task.option.TeacherOptions;
import org.djladapters.task.teacher.Teacher;

/** What the teacher of a run says, kept beside the state of the run until that is done. */
record TeacherCache(PreparedRun run) {

    private static final String FILE = "teacher.safetensors";
    private static final String RUN = "run";
    private static final String CHECKSUM = "checksum";
    private static final String VALUES = "values";
    private static final String PLACES = "places.";

    /** Asks the teacher, unless an interrupted run has done so; empty if there is none. */
    Optional<TeacherOutputs> find(Path folder) throws IOException {
        Optional<TeacherOptions> options = run.options().teacher();
        if (options.isEmpty()) {
            return Optional.empty();
        }
        Path file = folder.resolve(FILE);
        Optional<TeacherOutputs> kept = read(file);
        if (kept.isPresent()) {
            return kept;
        }
        Teacher teacher = Teacher.of(options.get());
        run.options()
                .note(
                        "The teacher '%s' looks at the training data"
                                .formatted(teacher.model().path()));
        TeacherOutputs outputs =
                teacher.teach(
                        run.task(),
                        run.options().model(),
                        run.options().train(),
                        run.options()::note);
        write(file, outputs);
        return Optional.of(outputs);
    }

    private void write(Path file, TeacherOutputs outputs) throws IOException {
        try (NDManager scope = manager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            float[] values = outputs.values();
            Shape shape = new Shape(values.length / outputs.width(), outputs.width());
            arrays.put(VALUES, scope.create(values, shape));
            for (int column = 0; column < outputs.columns().size(); column++) {
                arrays.put(PLACES + column, scope.create(outputs.columns().get(column)));
            }
            SafetensorsFile.write(
                    file,
                    arrays,
                    Map.of(
                            RUN,
                            run.provenance().run(),
                            CHECKSUM,
                            TrainingState.checksum("", arrays)));
        }
    }

    /** Reads what was kept; empty if that is of another run, or damaged. */
    private Optional<TeacherOutputs> read(Path path) {
        if (!run.options().resume() || !Files.isRegularFile(path)) {
            return Optional.empty();
        }
        try (SafetensorsFile file = SafetensorsFile.open(path);
                NDManager scope = manager()) {
            if (!run.provenance().run().equals(file.metadata().get(RUN))) {
                return Optional.empty();
            }
            Map<String, NDArray> arrays = file.readAll(scope);
            if (!TrainingState.checksum("", arrays).equals(file.metadata().get(CHECKSUM))) {
                return Optional.empty();
            }
            List<int[]> columns = new ArrayList<>();
            while (arrays.containsKey(PLACES + columns.size())) {
                columns.add(arrays.get(PLACES + columns.size()).toIntArray());
            }
            NDArray values = arrays.get(VALUES);
            int width = (int) values.getShape().get(1);
            return Optional.of(new TeacherOutputs(values.toFloatArray(), width, columns));
        } catch (IOException e) {
            return Optional.empty(); // the teacher is asked once more
        }
    }

    private NDManager manager() {
        return run.options().model().model().getNDManager().newSubManager();
    }
}
