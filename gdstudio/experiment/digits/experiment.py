"""A network learns handwritten digits."""

import math
import time
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from gdstudio.data.catalogue import image_set, load_images, refresh
from gdstudio.data.dataset import ImageDataset
from gdstudio.data.training_images import TrainingImages
from gdstudio.engine.descent import Diverged
from gdstudio.engine.inspect.calibration import FEWEST_EXAMPLES, Calibration, calibrate
from gdstudio.engine.inspect.evaluation import Evaluation
from gdstudio.engine.network.losses import LOSSES
from gdstudio.engine.network.training import blas_threads
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.regularization import Regularizer
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.descent import make_descent, make_examples
from gdstudio.experiment.digits.examiner import DigitsExaminer
from gdstudio.experiment.digits.mishap import RateRecord, ending_sentence, watch, went_wrong
from gdstudio.experiment.digits.moment import (
    DigitsMoment,
    DigitsPast,
    DigitsState,
    PredictedStep,
    Visit,
)
from gdstudio.experiment.digits.next_step import NextStep, rank_next_step
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.digits.snapshot import DigitsSnapshot, EpochReport, MeasuredAccuracy
from gdstudio.experiment.digits.training_log import TrainingLog
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.mishap import explosion_sentence, milder_rate
from gdstudio.experiment.time_machine import Iterations
from gdstudio.number_text import percent_text
from gdstudio.storage.network_file import NetworkFile

__all__ = ["DigitsExperiment", "DigitsSettings", "DigitsSnapshot", "EpochReport"]

ESTIMATES_PER_EPOCH = 15
# What the first step does is told at once where it takes at most this number of images.
_MOST_FORESEEN = 100


class DigitsExperiment(Experiment):
    """Trains a network on images of digits, an epoch at a time.

    One seed gives independent random streams for the subset of the data, the initial weights and
    the order of the examples; so the same settings give the same parameters, bit for bit, on one
    machine with one NumPy.
    """

    settings: DigitsSettings

    def __init__(
        self,
        settings: DigitsSettings,
        dataset: ImageDataset | None = None,
        *,
        opened: FloatArray | None = None,
        like: "DigitsExperiment | None" = None,
    ):
        """Prepare a run.

        Args:
            settings: all that a person chooses.
            dataset: the data, where they have been loaded already.
            opened: where it starts, shape ``(size,)``; otherwise the seed decides.
            like: a run whose data and start are used again as far as they are the same.
        """
        super().__init__()
        self.settings = settings
        self.network = settings.network.build()
        self.network.check_batch(settings.training.batch_size)
        key = settings.data.dataset
        refresh(key)
        self._entry = image_set(key)
        if like is not None and like._entry is self._entry:
            dataset = like.dataset
        self.dataset: ImageDataset = dataset or load_images(key)
        if (self.network.image, settings.network.classes) != (
            self.dataset.image,
            self.dataset.classes,
        ):
            raise BadInput(
                f"The images of {settings.data.entry.card.title} are not what they were; choose "
                "them again."
            )
        self._threadpool: Any = ThreadpoolController() if like is None else like._threadpool
        self._opened = opened
        self._rates = RateRecord()
        # The loss of a network that takes all classes for equally likely.
        self._guess = LOSSES[settings.network.loss].guess_loss(self.network.classes)
        same = like if like is not None and like.dataset is self.dataset else None
        self._examples: TrainingImages = (
            same._examples
            if same is not None and same._has_examples_of(settings)
            else make_examples(settings, self.dataset)
        )
        self.descent, self.stream = make_descent(
            settings,
            self.network,
            self._examples,
            start=opened if opened is not None or same is None else same._start_for(settings),
        )
        self._regularizer = Regularizer(settings.regularization, weights=self.network.weight_mask)
        self._examiner = DigitsExaminer(self.network, self.dataset)
        self._log = TrainingLog(settings.training.epochs)
        # At which step the network was measured, and what came of it.
        self._measured: tuple[int, Calibration | None] = (-1, None)
        self._first_sample = 0
        # What the first step does, and under which settings.
        self._foreseen: tuple[DigitsSettings, NextStep] | None = None
        self._set_pace()
        self._set_course()
        self._past = DigitsPast.of(self.descent)
        self._past.keep(0, self._moment)

    def _start_for(self, settings: DigitsSettings) -> FloatArray | None:
        """Return where this run started, if one under `settings` starts there, too."""
        mine = self.settings
        same = (mine.network, mine.training.seed, mine.initial) == (
            settings.network,
            settings.training.seed,
            settings.initial,
        )
        return self.descent.start if same and self._opened is None else None

    def _has_examples_of(self, settings: DigitsSettings) -> bool:
        """Return whether a run under `settings` has the same examples."""
        mine = self.settings
        return (mine.data, mine.training.seed) == (settings.data, settings.training.seed)

    def _set_pace(self) -> None:
        """Adapt what depends on the batch size."""
        self._log.next_estimate = self.descent.iteration + self._estimate_interval
        self.take_threads()

    @property
    def threads(self) -> int:
        """With how many threads of linear algebra it computes."""
        return blas_threads(self.network.size, self.stream.batch_size)

    def take_threads(self) -> None:
        """Compute with that many threads."""
        self._threadpool.limit(limits=self.threads, user_api="blas")

    def _set_course(self) -> None:
        """Let the descent obey schedule and regularisation; what is off costs nothing."""
        regularizer = self._regularizer
        self.descent.regularizer = regularizer if regularizer.active else None
        self.descent.optimizer.configure(self.settings.optimizer)
        # Asked for at every step.
        self._is_scheduled = not self.settings.schedule.is_constant

    @property
    def learning_rate(self) -> float:
        """η of the step that comes next, as the schedule has it."""
        if self._is_scheduled:
            return self._next_rate(self._log)
        return self.settings.optimizer.learning_rate

    def _next_rate(self, log: TrainingLog) -> float:
        """Return the learning rate of the step that comes next, halfway through its examples.

        After the last epoch that is the first step of as many epochs more.
        """
        settings, stream = self.settings, self.stream
        if not self._is_scheduled:
            return settings.optimizer.learning_rate
        begins = stream.position >= len(stream)
        epoch, position = (stream.epoch + 1, 0) if begins else (stream.epoch, stream.position)
        batch = min(stream.batch_size, len(stream) - position)
        if log.finished:
            log = log.copy()
            log.extend(self.settings.training.epochs)
        done = log.share_done(epoch - 1 + (position + batch / 2) / len(stream))
        return settings.optimizer.learning_rate * settings.schedule.factor(done)

    @property
    def _estimate_interval(self) -> int:
        return max(self.stream.batches_per_epoch // ESTIMATES_PER_EPOCH, 1)

    @property
    def is_opened(self) -> bool:
        """Whether it starts from a network that was opened, not from where the seed says."""
        return self._opened is not None

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self._log.finished

    @property
    def planned_steps(self) -> float:
        """How many steps all epochs have, counted from the start."""
        return float(self._log.target_epochs * self.stream.batches_per_epoch)

    @property
    def epochs(self) -> list[EpochReport]:
        """The finished epochs' reports."""
        return self._log.epochs

    @property
    def ending(self) -> str:
        """Say how many epochs were done, and what came of them."""
        return ending_sentence(self._log, self._guess, self.settings.training.epochs)

    @property
    def went_wrong(self) -> bool:
        """Whether the last epoch's losses are far above that of a guess."""
        return went_wrong(self._log, self._guess)

    @property
    def exploded(self) -> bool:
        """Whether the loss was beyond all measure on the way, though it stayed a number."""
        return self._log.explosion is not None

    def extend(self) -> None:
        """Train for as many epochs again; the schedule begins anew."""
        self._log.extend(self.settings.training.epochs)

    def after_step(self) -> None:
        """Estimate the test accuracy now and then, and report at the end of each epoch."""
        log, iteration, loss = self._log, self.descent.iteration, self.descent.loss
        log.add_step(loss)
        if iteration == 1 or loss > log.measure:
            watch(log, iteration, loss, self._guess, self._largest_rate())
        if iteration >= log.next_estimate or self.stream.position >= len(self.stream):
            begun = time.perf_counter()
            try:
                self._evaluate_on_the_way()
            finally:
                self._evaluation_seconds += time.perf_counter() - begun
        if iteration >= self._past.next_due:
            self._past.keep(iteration, self._moment)

    def _evaluate_on_the_way(self) -> None:
        if self.stream.position >= len(self.stream):
            self._end_epoch()
            return
        examiner, log, iteration = self._examiner, self._log, self.descent.iteration
        share = examiner.estimate(self.descent.parameters)
        log.add_accuracy(
            MeasuredAccuracy(share, examiner.some_images, examiner.all_images, iteration)
        )
        log.next_estimate += self._estimate_interval

    def _end_epoch(self) -> None:
        evaluation = self.evaluate()
        iteration = self.descent.iteration
        if not math.isfinite(evaluation.loss):
            self.descent.restore_last_good()
            raise Diverged(iteration, evaluation.loss)
        report = EpochReport(
            epoch=self.stream.epoch,
            step=iteration,
            train_loss=self._log.epoch_loss / self._log.epoch_steps,
            test_loss=evaluation.loss,
            test_accuracy=evaluation.accuracy,
            accuracy_by_part=self._examiner.accuracy_by_part(evaluation.answers),
        )
        self._log.end_epoch(report, samples=len(self.stream), test_images=self._examiner.all_images)
        if self.finished:
            self._measure(evaluation)
        self._log.next_estimate = iteration + self._estimate_interval

    def measure_whole(self) -> bool:
        """Measure the accuracy on all test images where it was estimated last."""
        newest, images = self._log.accuracy, self._examiner.all_images
        if newest is None or newest.is_exact:
            return False
        share = self.evaluate().accuracy
        self._log.take_accuracy(MeasuredAccuracy(share, images, images, self.descent.iteration))
        return True

    def evaluate(self) -> Evaluation:
        """Return loss, accuracy and answers on the whole test set, now."""
        return self._examiner.evaluate(self.descent.parameters)

    def network_file(self) -> NetworkFile:
        """Return the network as it is now, ready to be kept, with its measure of being sure."""
        self._measure(self.evaluate())
        return self.snapshot().network_file()

    def _measure(self, evaluation: Evaluation) -> None:
        """Find on the test images when the network, as it is now, may say that it is sure."""
        enough = len(self.dataset.test) >= FEWEST_EXAMPLES
        if enough and np.isfinite(evaluation.sums).all():
            measured = calibrate(evaluation.sums, self.dataset.test.labels)
            self._measured = self.descent.iteration, measured

    @property
    def calibration(self) -> Calibration | None:
        """The measure of being sure; None where the network was not measured as it is now."""
        iteration, measured = self._measured
        return measured if iteration == self.descent.iteration else None

    @property
    def summary(self) -> str:
        """Say how far the run came, and how well it reads."""
        done = self.epochs
        if not done:
            return f"{super().summary}, no whole epoch"
        count = "1 epoch" if len(done) == 1 else f"{len(done):,} epochs"
        return f"{count}, {percent_text(done[-1].test_accuracy)} of the test images right"

    def restarted(self, settings: DigitsSettings | None = None) -> "DigitsExperiment":
        """Return a run from the same initial weights and order; new settings take effect.

        Raises:
            BadInput: if the data of the new settings cannot be loaded, or there is no memory.
        """
        settings, mine = settings or self.settings, self.settings
        same = (settings.network, settings.training.seed) == (mine.network, mine.training.seed)
        return DigitsExperiment(settings, opened=self._opened if same else None, like=self)

    def opened(self, settings: DigitsSettings, parameters: FloatArray) -> "DigitsExperiment":
        """Return a run that starts from the parameters of an opened network; Reset returns there.

        Raises:
            BadInput: as `restarted` does.
        """
        run = DigitsExperiment(settings, opened=parameters, like=self)
        images = run._examiner.all_images
        evaluation = run.evaluate()
        run._log.add_accuracy(MeasuredAccuracy(evaluation.accuracy, images, images, 0))
        run._measure(evaluation)
        return run

    def state(self, *, past_bytes: int = 0) -> DigitsState:
        """Return all that the run can go on from, and earlier moments as far as they fit."""
        return DigitsState(
            self.settings,
            self._opened,
            self._moment(),
            self.training_seconds,
            self._first_sample,
            self.descent.last_good(),
            self._past.within(past_bytes),
        )

    def resumed(self, state: DigitsState) -> "DigitsExperiment":
        """Return a run that goes on from `state`, bit for bit.

        Raises:
            BadInput: as `restarted` does.
        """
        run = DigitsExperiment(state.settings, opened=state.opened, like=self)
        moments = (state.moment, *state.past)
        if max(one.descent.examples[0].position for one in moments) > len(run.stream):
            raise BadInput("The kept run learned from other images than there are; begin anew.")
        run._go_on_from(state.moment, state.good)
        run._log.next_estimate = state.moment.log.next_estimate
        run.training_seconds = state.training_seconds
        run._first_sample = state.first_sample
        if state.past:
            run._past.restore(state.past)
        run._past.next_due = min(run._past.next_due, run.descent.iteration)
        run._past.keep(run.descent.iteration, run._moment)
        return run

    def _moment(self) -> DigitsMoment:
        return DigitsMoment(self.descent.state(), self.history.copy(), self._log.copy())

    def branch(self, iteration: int) -> None:
        """Go on from the moment kept at `iteration`, under the settings in force now."""
        moment, epochs = self._past.at(iteration), self._log.target_epochs
        self._go_on_from(moment)
        self._log.target_epochs = epochs
        self._past.forget_after(moment.descent.iteration)
        self._first_sample, self.training_seconds = self._samples, 0.0

    def _go_on_from(self, moment: DigitsMoment, good: FloatArray | None = None) -> None:
        self._measured = (-1, None)
        self.descent.restore(moment.descent, good=good)
        self.history = moment.history.copy()
        self._log = moment.log.copy()
        self._set_pace()

    def visit(self, iteration: int) -> Visit:
        """Return what one sees at the moment kept at `iteration`."""
        return self._past.visit(iteration)

    def next_step(self, iteration: int | None = None) -> PredictedStep:
        """Return what the step will do that comes next, or comes after the moment kept there."""
        if iteration is None:
            return PredictedStep(self.settings, self._next_step(self._log))
        now, moment = self.descent.state(), self._past.at(iteration)
        self.descent.restore(moment.descent)
        try:
            return PredictedStep(self.settings, self._next_step(self._log_from(moment)))
        finally:
            self.descent.restore(now)

    def _log_from(self, moment: DigitsMoment) -> TrainingLog:
        """Return the log of a run that goes on from `moment` to where this one is to end."""
        log = moment.log.copy()
        log.target_epochs = self._log.target_epochs
        return log

    def _next_step(self, log: TrainingLog) -> NextStep:
        descent, rate = self.descent, self._next_rate(log)
        loss, gradient, step = descent.next_step(rate)
        return rank_next_step(
            self.network,
            descent.parameters,
            gradient,
            step,
            iteration=descent.iteration,
            loss=loss,
            learning_rate=rate,
        )

    def path(self, most_bytes: int = 2**25) -> tuple[Iterations, FloatArray]:
        """Return the path, in at most this number of bytes; see `DigitsPast.path`."""
        return self._past.path(self.descent, most_bytes=most_bytes)

    def set_live(self, settings: DigitsSettings) -> None:
        """Obey the live settings from the next step on, augmentation soon; the rest waits.

        Raises:
            BadInput: if there is no memory for batches of that size; nothing has changed then.
        """
        self.network.check_batch(settings.training.batch_size)
        before = self.settings.optimizer.learning_rate
        if settings.optimizer.learning_rate != before:
            self._rates.note(self.descent.iteration, before)
        if settings.augmentation != self.settings.augmentation:
            self.stream.augmentation = settings.augmentation.build(self.network.image)
        self.settings = self.settings.with_live(settings)
        self._regularizer.configure(self.settings.regularization)
        self._set_course()
        batch_size = self.settings.training.batch_size
        if batch_size != self.stream.batch_size:
            self.stream.batch_size = batch_size
            self._set_pace()

    def snapshot(self) -> DigitsSnapshot:
        """Return the state of the run, with copies."""
        parameters = self.descent.parameters.copy()
        parameters.flags.writeable = False
        return DigitsSnapshot(
            settings=self.settings,
            iteration=self.descent.iteration,
            epoch=self.stream.epoch,
            loss=self.history.recent(),
            curve=self.history.curve(),
            running=self._log.estimates(),
            accuracy=self._log.accuracy,
            whole=self._log.whole,
            epochs=tuple(self.epochs),
            parameters=parameters,
            target_epochs=self._log.target_epochs,
            samples_per_second=self.samples_per_second,
            learning_rate=self.learning_rate,
            kept=self._past.iterations,
            calibration=self.calibration,
            first_step=self._first_step(),
        )

    def _first_step(self) -> NextStep | None:
        """Return what the first step will do; None once it is made, or where that takes long."""
        if self.descent.iteration or self.stream.batch_size > _MOST_FORESEEN:
            return None
        if self._foreseen is None or self._foreseen[0] is not self.settings:
            with np.errstate(all="ignore"):
                self._foreseen = self.settings, self._next_step(self._log)
        return self._foreseen[1]

    @property
    def samples_per_second(self) -> float:
        """Training examples per second of training alone; NaN before the first step.

        They are counted from the start, or from the moment that the run went on from.
        """
        samples = self._samples - self._first_sample
        return samples / self.training_seconds if samples > 0 else math.nan

    @property
    def _samples(self) -> int:
        """How many examples led to where the run is."""
        return self._log.samples + (self.stream.position if self._log.epoch_steps else 0)

    def explain(self, divergence: Diverged) -> str:
        """Say that the steps grew, and what to do."""
        return explosion_sentence(divergence.iteration, self._largest_rate(), self.remedy())

    def _largest_rate(self) -> float:
        return self._rates.largest(self.descent.iteration, self.settings.optimizer.learning_rate)

    def remedy(self) -> float:
        """Return a rate that suits the data and the loss, or a tenth of one smaller than that."""
        return milder_rate(self.settings, self._largest_rate())
