//! Opening a file and drawing its pages.

use std::sync::Arc;

use akashi_pdf::{Document, Page, PageGeometry};
use hayro::hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, InterpreterWarning, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page as DrawnPage;
use hayro::kurbo::{Affine, Rect};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

use crate::annotations::missing_appearances;
use crate::bounds::{Bound, Limits};
use crate::compare;
use crate::defect::Defect;
use crate::error::{OpenError, RenderError};
use crate::fonts::{Notes, SubstituteFonts};
use crate::guard;
use crate::page_image::PageImage;
use crate::survey::Survey;
use crate::text::PageText;
use crate::weigh;

/// A file whose pages can be drawn and read.
///
/// Pages are those that a person sees: rotation and crop applied, annotations and filled fields included.
/// Opening costs a look at the whole page tree; each page is read when it is asked for.
pub struct PageReader {
    document: Document<Arc<[u8]>>,
    pages: Vec<Page>,
    drawn: Pdf,
    fonts: SubstituteFonts,
    limits: Limits,
}

/// The form in which the drawing library takes shared bytes.
struct SharedBytes(Arc<[u8]>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A page in the eyes of both readers, checked to be the same.
struct OpenPage<'a> {
    page: &'a Page,
    drawn: &'a DrawnPage<'a>,
    geometry: PageGeometry,
}

/// The size of a picture and how the page is laid on it.
#[derive(Clone, Copy)]
struct Canvas {
    width_px: u16,
    height_px: u16,
    /// Pixels for each displayed point.
    scale: f64,
}

impl Canvas {
    fn rect(self) -> Rect {
        Rect::new(0.0, 0.0, f64::from(self.width_px), f64::from(self.height_px))
    }
}

impl PageReader {
    /// Opens a file.
    ///
    /// # Errors
    /// [`OpenError::Pdf`] and [`OpenError::Pages`] for what our own reader refuses, among it files that need a
    /// password; [`OpenError::ReadersDisagree`] when the drawing library sees other pages;
    /// [`OpenError::Bound`] for a file beyond [`Limits::file_bytes`].
    pub fn open(file: Arc<[u8]>, fonts: SubstituteFonts, limits: Limits) -> Result<Self, OpenError> {
        if file.len() > limits.file_bytes {
            return Err(Bound::FileBytes(limits.file_bytes).into());
        }
        let mut syntax_limits = akashi_pdf::Limits::default();
        syntax_limits.stream_bytes = limits.decoded_bytes;
        syntax_limits.decoded_bytes = limits.decoded_bytes;
        let document = Document::open(Arc::clone(&file), &syntax_limits)?;
        let pages = document.pages()?;
        // The drawing library reads these while opening. Our own reader looks first: it has bounds.
        document.get(document.trailer(), "Info")?;
        document.get(&document.catalog()?, "OCProperties")?;
        let drawn = guard::apart(|| {
            let drawn = Pdf::new(Arc::new(SharedBytes(file))).map_err(|_| OpenError::NotDrawable)?;
            if compare::same_pages(&pages, &drawn) {
                Ok(drawn)
            } else {
                Err(OpenError::ReadersDisagree)
            }
        })??;
        Ok(Self {
            document,
            pages,
            drawn,
            fonts,
            limits,
        })
    }

    /// How many pages there are.
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Width and height of a page as displayed, in points; nothing for a page that does not exist.
    pub fn page_size(&self, index: usize) -> Option<(f64, f64)> {
        Some(self.pages.get(index)?.geometry().displayed_size())
    }

    /// Draws a page, `width_px` wide, if it can be drawn faithfully.
    ///
    /// Costs a rehearsal of the page and the drawing itself: for a page of text some tens of milliseconds.
    ///
    /// # Errors
    /// [`RenderError::NotFaithful`] with what would be missing in the picture; [`RenderError::ReadersDisagree`]
    /// for a file that says one thing to each reader; [`RenderError::Bound`] for a page that costs too much.
    pub fn render(&self, index: usize, width_px: u32) -> Result<PageImage, RenderError> {
        let image = self.render_best_effort(index, width_px)?;
        if image.defects().iter().any(Defect::hides_content) {
            return Err(RenderError::NotFaithful(image.defects().to_vec()));
        }
        Ok(image)
    }

    /// Draws what can be drawn of a page. For thumbnails and previews of the sender; what a party reads before
    /// signing comes from [`PageReader::render`].
    ///
    /// # Errors
    /// As [`PageReader::render`], but never [`RenderError::NotFaithful`].
    pub fn render_best_effort(&self, index: usize, width_px: u32) -> Result<PageImage, RenderError> {
        guard::apart(|| {
            let page = self.open_page(index)?;
            let canvas = self.canvas(&page.geometry, width_px)?;
            let notes = Notes::default();
            let settings = self.settings(&notes);
            let survey = self.rehearse(&page, canvas, &settings, &notes);
            let rgb = draw(&page, &settings, canvas);
            let mut defects = defects_of(&survey, notes.take());
            defects.extend(missing_appearances(&self.document, page.page)?);
            Ok(PageImage::new(
                u32::from(canvas.width_px),
                u32::from(canvas.height_px),
                rgb,
                defects,
            ))
        })?
    }

    /// What a page says, with the place of each glyph on the displayed page in points.
    ///
    /// # Errors
    /// [`RenderError::ReadersDisagree`], [`RenderError::Bound`] and [`RenderError::Unreadable`] as for drawing.
    pub fn text(&self, index: usize) -> Result<PageText, RenderError> {
        guard::apart(|| {
            let page = self.open_page(index)?;
            let (width, height) = page.geometry.displayed_size();
            // Costs are judged as for a picture of one pixel for each point.
            let canvas = Canvas {
                width_px: saturate(width),
                height_px: saturate(height),
                scale: 1.0,
            };
            let notes = Notes::default();
            let glyphs = self
                .rehearse(&page, canvas, &self.settings(&notes), &notes)
                .glyphs;
            Ok(PageText {
                unmapped: glyphs.iter().filter(|glyph| glyph.text.is_none()).count(),
                glyphs,
            })
        })?
    }

    /// Finds a page and makes sure that both readers see the same one, within the bounds.
    fn open_page(&self, index: usize) -> Result<OpenPage<'_>, RenderError> {
        let missing = RenderError::NoSuchPage {
            index,
            count: self.pages.len(),
        };
        let (Some(page), Some(drawn)) = (self.pages.get(index), self.drawn.pages().get(index)) else {
            return Err(missing);
        };
        weigh::weigh(&self.document, page, &self.limits, |stream| {
            if compare::same_stream(&stream, &self.drawn) {
                Ok(())
            } else {
                Err(RenderError::ReadersDisagree)
            }
        })?;
        if !compare::same_content(&self.document, page, drawn)? {
            return Err(RenderError::ReadersDisagree);
        }
        Ok(OpenPage {
            page,
            drawn,
            geometry: page.geometry(),
        })
    }

    /// The picture of a page: as wide as asked for, unless that makes it larger than the limit.
    fn canvas(&self, geometry: &PageGeometry, width_px: u32) -> Result<Canvas, RenderError> {
        if width_px == 0 || width_px > self.limits.image_width_px {
            return Err(Bound::ImageWidth(self.limits.image_width_px).into());
        }
        let (width, height) = geometry.displayed_size();
        let (width, height) = (width.max(1.0), height.max(1.0));
        let asked = f64::from(width_px) / width;
        let by_pixels = (f64::from(self.limits.image_pixels) / (width * height)).sqrt();
        let by_height = f64::from(u16::MAX) / height;
        let scale = asked.min(by_pixels).min(by_height);
        Ok(Canvas {
            width_px: saturate(width * scale),
            height_px: saturate(height * scale),
            scale,
        })
    }

    /// What the interpreter may use, and where it reports what it cannot do.
    fn settings(&self, notes: &Notes) -> InterpreterSettings {
        let sink = notes.clone();
        InterpreterSettings {
            font_resolver: self.fonts.resolver(notes.clone()),
            warning_sink: Arc::new(move |warning| {
                sink.add(match warning {
                    InterpreterWarning::UnsupportedFont => Defect::FontUnreadable,
                    InterpreterWarning::ImageDecodeFailure => Defect::PictureUnreadable,
                    InterpreterWarning::UnresolvedAnnotationAppearance => Defect::AppearanceUnreadable,
                    _ => Defect::ContentDamaged,
                });
            }),
            ..InterpreterSettings::default()
        }
    }

    fn rehearse(
        &self,
        page: &OpenPage<'_>,
        canvas: Canvas,
        settings: &InterpreterSettings,
        notes: &Notes,
    ) -> Survey<'_> {
        let cache = InterpreterCache::new();
        let mut survey = Survey::new(
            &self.limits,
            &self.fonts,
            notes.clone(),
            canvas.rect(),
            canvas.scale,
        );
        let mut context = Context::new(
            placement(&page.geometry, canvas.scale),
            canvas.rect(),
            &cache,
            page.drawn.xref(),
            settings.clone(),
        );
        interpret_page(page.drawn, &mut context, &mut survey);
        survey
    }
}

/// From user space to the picture.
fn placement(geometry: &PageGeometry, scale: f64) -> Affine {
    Affine::scale(scale) * Affine::new(geometry.user_to_displayed().values)
}

/// Draws on white; the bytes are RGB.
fn draw(page: &OpenPage<'_>, settings: &InterpreterSettings, canvas: Canvas) -> Vec<u8> {
    let render_settings = RenderSettings {
        // Hinting suits the fonts of programs, not the fonts of pages: strokes of kanji swell at small sizes.
        hinting: false,
        ..RenderSettings::default()
    };
    let mut context = RenderContext::new(canvas.width_px, canvas.height_px);
    render_into(
        page.drawn,
        &RenderCache::new(),
        settings,
        &render_settings,
        &mut context,
        placement(&page.geometry, canvas.scale),
    );
    context.flush();
    let mut picture = Pixmap::new(canvas.width_px, canvas.height_px);
    let rasterizer = RasterizerSettings {
        target_init: TargetInit::Clear(WHITE),
        ..RasterizerSettings::default()
    };
    context.render_with(&mut picture, &mut Resources::default(), rasterizer);
    // The ground is opaque white, so every pixel is opaque and alpha says nothing.
    picture
        .data_as_u8_slice()
        .chunks_exact(4)
        .flat_map(|pixel| pixel.iter().take(3).copied())
        .collect()
}

/// What the rehearsal and the callbacks of drawing found, each once, in a fixed order.
fn defects_of(survey: &Survey<'_>, mut notes: Vec<Defect>) -> Vec<Defect> {
    if survey.missing > 0 {
        notes.push(Defect::GlyphsMissing {
            count: survey.missing,
        });
    }
    let substituted = notes
        .iter()
        .any(|note| matches!(note, Defect::FontSubstituted { .. }));
    if substituted && survey.glyphs.iter().any(|glyph| glyph.vertical && glyph.visible) {
        notes.push(Defect::VerticalTextSubstituted);
    }
    notes.sort();
    notes.dedup();
    notes
}

/// A number of pixels: at least one, at most what a picture can have.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, which is what a bound needs"
)]
fn saturate(pixels: f64) -> u16 {
    (pixels.round() as u16).max(1)
}
